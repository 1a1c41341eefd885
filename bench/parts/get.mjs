import { compare } from '../compare.mjs';
import { measure } from '../measure.mjs';
import { assertComparable } from '../sameAnswers.mjs';

const connections = 64;
const keys = ['oursFresh', 'ours', 'limit', 'fastify', 'fastifyCache', 'betterAuth', 'betterAuthCache'];

/**
 * Authenticated GETs of the own record, as fast as they are answered, by as many people as there are connections.
 * @param {import('../bench.mjs').Bench} bench
 * @param {number} workers
 */
export async function measureGet({ sides, load, plan }, workers) {
  return sides.with(keys, workers, async (running) => {
    const contenders = await contendersOf(sides, running);
    await assertComparable(contenders);
    const gets =
      (seconds, leadIn) =>
      ({ side, people }) => {
        const request = { ...side.protocol.get(people), connections, seconds, leadIn };
        return measure(load, side, 'full', request);
      };
    for (const contender of contenders) await gets(plan.get.warmUpSeconds)(contender);
    const runs = contenders.map((contender) => [
      contender.side.key,
      () => gets(plan.get.seconds, plan.get.leadIn)(contender),
    ]);
    const comparison = await compare(plan.get, Object.fromEntries(runs));
    await assertComparable(contenders);
    return { operation: 'authenticated GET', atOnce: connections, workers, sides: Object.values(running), comparison };
  });
}

/** Everybody who asks this server asks its peers too; better-auth has people of its own. */
async function contendersOf(sides, running) {
  const ourPeople = await sides.people(running.ours, connections);
  const theirPeople = await sides.people(running.betterAuth, connections);
  const peopleOf = (side) => {
    if (side.key === 'betterAuthCache') return side.protocol.withCachedSessions(theirPeople);
    return side.who === 'betterAuth' ? theirPeople : ourPeople;
  };
  return Promise.all(Object.values(running).map(async (side) => ({ side, people: await peopleOf(side) })));
}
