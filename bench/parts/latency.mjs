import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { Account } from '../account.mjs';
import { compare } from '../compare.mjs';

const connections = 10;
const perSecond = 200;
const signInsAtOnce = 20;
/** Until every hashing thread is at work and others wait for them, in seconds. */
const lead = 1;

/**
 * How long a modest, even load of GETs takes to be answered, alone and while others sign in, in turns.
 * @param {import('../bench.mjs').Bench} bench
 */
export async function measureLatency({ sides, load, signInLoad, plan }) {
  const { seconds } = plan.latency;
  return sides.with(['ours'], 1, async ({ ours }) => {
    const account = new Account(ours);
    await account.signUp();
    const people = await sides.people(ours, connections);
    const get = { ...ours.protocol.get(people), connections, perSecond, seconds };
    const signIns = {
      ...account.signInRequest,
      connections: signInsAtOnce,
      seconds: seconds + 2 * lead,
      mayBeSilent: true,
    };
    const idle = () => load.ask('paced', get);
    const busy = async () => {
      const [, latencies] = await Promise.all([signInLoad.ask('full', signIns), delay(lead * 1000).then(idle)]);
      await account.outlast(availableParallelism());
      return latencies;
    };
    await idle();
    const comparison = await compare(plan.latency, { idle, busy });
    return { connections, perSecond, signInsAtOnce, comparison };
  });
}
