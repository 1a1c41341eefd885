import { compare } from '../compare.mjs';
import { measure } from '../measure.mjs';

const chains = 10;
const keys = ['ours', 'limit', 'fastify', 'betterAuthRefresh'];

/**
 * Refreshes, as fast as they are answered, each session with the token that it got last. better-auth has no such
 * operation: it is asked for sessions that it prolongs at each request.
 * @param {import('../bench.mjs').Bench} bench
 * @param {number} workers
 */
export async function measureRefresh({ sides, load, plan }, workers) {
  const { seconds, warmUpSeconds } = plan.refresh;
  return sides.with(keys, workers, async (running) => {
    const runs = await Promise.all(
      Object.values(running).map(async (side) => [side.key, await runOf(sides, load, side)]),
    );
    for (const [, run] of runs) await run(warmUpSeconds);
    const timed = runs.map(([key, run]) => [key, () => run(seconds)]);
    const comparison = await compare(plan.refresh, Object.fromEntries(timed));
    return { operation: 'refresh', atOnce: chains, workers, sides: Object.values(running), comparison };
  });
}

async function runOf(sides, load, side) {
  const people = await sides.people(side, chains);
  if (side.who === 'betterAuth') {
    const request = { ...side.protocol.get(people), connections: chains };
    return (seconds) => measure(load, side, 'full', { ...request, seconds });
  }
  // The peers know a session by its id, and do not check more.
  let tokens = people.people.map(({ refreshToken, sessionId }) => (side.who === 'ours' ? refreshToken : sessionId));
  return async (seconds) => {
    const request = { ...side.protocol.refresh(tokens), seconds };
    const { tokens: next, ...figures } = await measure(load, side, 'refresh', request);
    tokens = next;
    return figures;
  };
}
