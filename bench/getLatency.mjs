import { setTimeout as delay } from 'node:timers/promises';
import { inRounds } from './inRounds.mjs';
import { median } from './statistics.mjs';

const connections = 10;
const perSecond = 200;
const signInsAtOnce = 20;
/** Until every hashing thread is at work and others wait for them, in seconds. */
const lead = 1;

/**
 * How long a modest, even load of GETs takes to be answered, alone and while others sign in, in turns.
 * @param {object} setting
 * @param {import('./helper.mjs').Helper} setting.load
 * @param {import('./helper.mjs').Helper} setting.signInLoad
 * @param {string} setting.url
 * @param {string} setting.token
 * @param {import('./account.mjs').Account} setting.account
 * @param {number} setting.threads how many hashes the server makes at once
 * @param {{ rounds: number, seconds: number, maxSeconds: number }} setting.plan
 */
export async function measureGetLatency({ load, signInLoad, url, token, account, threads, plan }) {
  const { seconds } = plan;
  const headers = { authorization: `Bearer ${token}` };
  const gets = () => load.ask('paced', { url, headers, connections, perSecond, seconds });
  const signIns = { ...account.signInRequest, connections: signInsAtOnce, seconds: seconds + 2 * lead };
  const rounds = await inRounds(plan, async () => {
    const idle = await gets();
    const [, busy] = await Promise.all([signInLoad.ask('full', signIns), delay(lead * 1000).then(gets)]);
    await account.outlast(threads);
    return { idle, busy };
  });
  return {
    connections,
    perSecond,
    signInsAtOnce,
    idle: medians(rounds.map(({ idle }) => idle)),
    busy: medians(rounds.map(({ busy }) => busy)),
    ratios: rounds.map(({ idle, busy }) => busy.p99 / idle.p99),
  };
}

function medians(rounds) {
  return { p50: median(rounds.map(({ p50 }) => p50)), p99: median(rounds.map(({ p99 }) => p99)) };
}
