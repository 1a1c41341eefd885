/**
 * Measures contenders in turns, every other round in reverse order, so that noise affects all alike.
 * @param {{ rounds: number, maxSeconds: number }} plan no round but the first begins after `maxSeconds`
 * @returns {Promise<Record<string, number[]>>} by contender and round
 */
export async function inRounds({ rounds, maxSeconds }, contenders) {
  const names = Object.keys(contenders);
  const results = Object.fromEntries(names.map((name) => [name, []]));
  const end = performance.now() + maxSeconds * 1000;
  for (let round = 0; round < rounds && (round === 0 || performance.now() < end); round += 1) {
    for (const name of round % 2 ? names.toReversed() : names) results[name].push(await contenders[name]());
  }
  return results;
}

export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle) - 1]) / 2;
}

/** The median of the ratios of two contenders, round by round. */
export function ratio(some, others) {
  return median(some.map((value, round) => value / others[round]));
}

/** A table in Markdown. */
export function table(head, rows) {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
