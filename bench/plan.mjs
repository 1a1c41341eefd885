/**
 * How long everything is measured. `seconds` are those of one side of one round, or `count` its requests; `warmUp…` come
 * once before all rounds, those of `leadIn` before each, and do not count; `maxSeconds`: see inRounds. Where there are
 * `workers`, the part is measured with each of these numbers of them.
 */
export const fullPlan = {
  get: { workers: [1, 2], warmUpSeconds: 2, rounds: 5, leadIn: { seconds: 2 }, seconds: 2, maxSeconds: 150 },
  refresh: { workers: [1, 2], warmUpSeconds: 2, rounds: 8, seconds: 1, maxSeconds: 40 },
  signIn: { workers: [1, 2], warmUpCount: 80, rounds: 2, leadIn: { count: 120 }, count: 160, maxSeconds: 240 },
  signUp: { workers: [1, 2], warmUpCount: 40, rounds: 2, leadIn: { count: 120 }, count: 100, maxSeconds: 200 },
  latency: { rounds: 11, seconds: 3, maxSeconds: 120 },
  operations: { warmUpSeconds: 2, rounds: 9, leadIn: { seconds: 1 }, seconds: 1, maxSeconds: 45 },
  users: { counts: [1000, 1_000_000], warmUpSeconds: 2, rounds: 9, leadIn: { seconds: 1 }, seconds: 1, maxSeconds: 45 },
  start: { rounds: 5, maxSeconds: 20 },
};

/** To see whether it works; the figures are rough. */
export const quickPlan = {
  get: { workers: [1, 2], warmUpSeconds: 1, rounds: 2, seconds: 1, maxSeconds: 20 },
  refresh: { workers: [1, 2], warmUpSeconds: 1, rounds: 2, seconds: 1, maxSeconds: 10 },
  signIn: { workers: [1, 2], warmUpCount: 20, rounds: 1, count: 60, maxSeconds: 10 },
  signUp: { workers: [1, 2], warmUpCount: 20, rounds: 1, count: 60, maxSeconds: 10 },
  latency: { rounds: 2, seconds: 2, maxSeconds: 20 },
  operations: { warmUpSeconds: 1, rounds: 2, seconds: 1, maxSeconds: 10 },
  users: { counts: [1000, 100_000], warmUpSeconds: 1, rounds: 2, seconds: 1, maxSeconds: 10 },
  start: { rounds: 2, maxSeconds: 10 },
};
