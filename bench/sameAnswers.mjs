/**
 * All sides must give comparable answers for a comparison to mean anything: the person's own record, the same text where
 * the record is the same, and nothing for somebody who is not signed in.
 * @param {{ side: import('./sides/sides.mjs').Side, people: { people: object[], headersList: object[] } }[]} contenders
 * @throws when they do not
 */
export async function assertComparable(contenders) {
  const texts = await Promise.all(contenders.map(assertAnswersWithOwnRecord));
  const ours = texts.filter((_text, index) => contenders[index].side.who !== 'betterAuth');
  if (new Set(ours).size > 1) throw new Error(`The answers differ: ${ours.join(' and ')}`);
  await Promise.all(contenders.map(assertRefusesStrangers));
}

async function assertAnswersWithOwnRecord({ side, people }) {
  const { url, headersList } = side.protocol.get(people);
  let first;
  for (const index of [0, headersList.length - 1]) {
    const answer = await fetch(url, { headers: headersList[index] });
    const text = await answer.text();
    const isOwn = answer.status === 200 && side.protocol.emailIn(JSON.parse(text)) === people.people[index].email;
    if (!isOwn) throw new Error(`${side.title}: ${answer.status} ${text} is not the record that was asked for`);
    first ??= text;
  }
  return first;
}

async function assertRefusesStrangers({ side, people }) {
  const { url, headersList } = side.protocol.get(people);
  const forged = Object.entries(headersList[0]).map(([name, value]) => [name, forgedLike(value)]);
  const answer = await fetch(url, { headers: Object.fromEntries(forged) });
  const text = await answer.text();
  if (answer.ok && text !== 'null') throw new Error(`${side.title} believes a forged signature: ${text}`);
}

/** A token, or the first of several cookies, with another signature at its end. */
function forgedLike(value) {
  const [first, ...others] = value.split('; ');
  return [first.replace(/.{8}(?=.{8}$)/, 'AAAAAAAA'), ...others].join('; ');
}
