import { inRounds } from './inRounds.mjs';
import { median } from './statistics.mjs';

const atOnce = 20;

/**
 * Sign-ins a second, and how many hashes the same threads verify a second when nobody else wants anything, in turns.
 * @param {object} setting
 * @param {import('./helper.mjs').Helper} setting.load
 * @param {import('./helper.mjs').Helper} setting.hashing
 * @param {import('./account.mjs').Account} setting.account
 * @param {number} setting.threads how many hashes the server makes at once
 * @param {{ rounds: number, seconds: number, maxSeconds: number }} setting.plan
 */
export async function measureSignInRate({ load, hashing, account, threads, plan }) {
  const request = { ...account.signInRequest, connections: atOnce, seconds: plan.seconds };
  const rounds = await inRounds(plan, async () => {
    const { perSecond: signIns } = await load.ask('full', request);
    await account.outlast(threads);
    return { signIns, hashes: await hashing.ask('rate', { atOnce, seconds: plan.seconds }) };
  });
  return {
    atOnce,
    signIns: median(rounds.map(({ signIns }) => signIns)),
    hashes: median(rounds.map(({ hashes }) => hashes)),
    ratios: rounds.map(({ signIns, hashes }) => signIns / hashes),
  };
}
