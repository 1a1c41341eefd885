import { availableParallelism } from 'node:os';
import { Account } from '../account.mjs';
import { compare } from '../compare.mjs';
import { measure } from '../measure.mjs';

const atOnce = 20;
const keys = ['ours', 'limit', 'fastify', 'betterAuth', 'betterAuthScrypt'];

/**
 * Sign-ins a second, and how many hashes the fastest bcrypt package verifies a second on an idle machine, in turns.
 * @param {import('../bench.mjs').Bench} bench
 * @param {number} workers
 */
export function measureSignIn(bench, workers) {
  const { count } = bench.plan.signIn;
  const threads = availableParallelism();
  const rate = (helper, options) => measure(helper, helper, 'rate', { count, ...options });
  const hashes = {
    barePackage: () => rate(bench.bareHashing, { threads }),
  };
  const requestOf = (account) => account.signInRequest;
  return measurePasswords(bench, workers, { operation: 'sign-in', plan: bench.plan.signIn, requestOf, hashes });
}

/**
 * Sign-ups a second, each of somebody else.
 * @param {import('../bench.mjs').Bench} bench
 * @param {number} workers
 */
export function measureSignUp(bench, workers) {
  const requestOf = (account) => account.signUpRequest;
  return measurePasswords(bench, workers, { operation: 'sign-up', plan: bench.plan.signUp, requestOf });
}

async function measurePasswords({ sides, load }, workers, { operation, plan, requestOf, hashes = {} }) {
  return sides.with(keys, workers, async (running) => {
    const runs = {};
    for (const side of Object.values(running)) {
      const account = new Account(side);
      await account.signUp();
      const request = { ...requestOf(account), connections: atOnce };
      await load.ask('counted', { ...request, count: plan.warmUpCount });
      runs[side.key] = () => measure(load, side, 'counted', { ...request, count: plan.count, leadIn: plan.leadIn });
    }
    const comparison = await compare(plan, { ...runs, ...hashes });
    return { operation, atOnce, workers, sides: Object.values(running), comparison };
  });
}
