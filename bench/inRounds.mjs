/**
 * Runs a measurement again and again, and resolves with what every round gave. Where the machine is so busy that time
 * runs out, there are fewer rounds, but at least one.
 * @template Result
 * @param {{ rounds: number, maxSeconds: number }} plan no round begins after `maxSeconds`
 * @param {() => Promise<Result>} runRound
 * @returns {Promise<Result[]>}
 */
export async function inRounds({ rounds, maxSeconds }, runRound) {
  const end = performance.now() + maxSeconds * 1000;
  const results = [await runRound()];
  while (results.length < rounds && performance.now() < end) results.push(await runRound());
  return results;
}
