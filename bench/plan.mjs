/** How long everything is measured. `seconds` are those of one side of one round; `maxSeconds`: see inRounds. */
export const fullPlan = {
  throughput: { warmUpSeconds: 5, rounds: 5, seconds: 4, maxSeconds: 50 },
  signIns: { rounds: 3, seconds: 8, maxSeconds: 50 },
  latency: { rounds: 5, seconds: 3, maxSeconds: 48 },
  refreshes: { rounds: 5, seconds: 2, maxSeconds: 30 },
};

/** To see whether it works; the figures are rough. */
export const quickPlan = {
  throughput: { warmUpSeconds: 2, rounds: 3, seconds: 1, maxSeconds: 20 },
  signIns: { rounds: 1, seconds: 5, maxSeconds: 20 },
  latency: { rounds: 2, seconds: 2, maxSeconds: 20 },
  refreshes: { rounds: 2, seconds: 1, maxSeconds: 10 },
};
