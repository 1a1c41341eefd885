/** What is compared, and whether more of it is better. Memory in all too: what a worker does not need another process may. */
const figures = { perSecond: true, p50: false, p99: false, microseconds: false, memory: false, wholeMemory: false };

/** better-auth with another hash than ours is another comparison. */
const comparable = {
  oursFresh: ['betterAuth'],
  ours: ['betterAuth', 'betterAuthCache', 'betterAuthRefresh'],
};

/**
 * The figures in which this server is behind better-auth, as text: fresh sessions against fresh ones, cached ones against
 * cached ones.
 * @param {{ operation: string, workers: number, sides: object[], comparison: import('./compare.mjs').Comparison }} run
 * @returns {string[]}
 */
export function behindBetterAuth({ operation, workers, sides, comparison }) {
  const keys = sides.map(({ key }) => key);
  const pairs = Object.entries(comparable).flatMap(([own, peers]) =>
    peers.filter((peer) => keys.includes(own) && keys.includes(peer)).map((peer) => [own, peer]),
  );
  return pairs.flatMap(([own, peer]) =>
    Object.entries(figures)
      .filter(([figure, moreIsBetter]) => isBehind(comparison.ratio(figure, own, peer), moreIsBetter))
      .map(([figure]) => `${operation}, ${workers} x ${figure} (${own} against ${peer})`),
  );
}

function isBehind(ratio, moreIsBetter) {
  return moreIsBetter ? ratio < 1 : ratio > 1;
}
