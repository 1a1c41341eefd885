import { inRounds } from './inRounds.mjs';
import { median } from './statistics.mjs';

/**
 * Measures several again and again, in turns, so that what else the machine does meets all of them; every other round the
 * other way round.
 * @template {string} Key
 * @param {{ rounds: number, maxSeconds: number }} plan see inRounds
 * @param {Record<Key, () => Promise<Record<string, number>>>} contenders what measures each
 * @returns {Promise<Comparison>}
 */
export async function compare(plan, contenders) {
  let order = Object.keys(contenders);
  const rounds = await inRounds(plan, async () => {
    const figures = {};
    for (const key of order) figures[key] = await contenders[key]();
    order = order.toReversed();
    return figures;
  });
  return new Comparison(rounds);
}

/** What several gave, round by round. */
export class Comparison {
  /** @param {Record<string, Record<string, number>>[]} rounds by round, side and figure */
  constructor(rounds) {
    this.rounds = rounds;
  }

  /** Of each figure of this side, the median of all rounds. */
  figures(key) {
    const names = Object.keys(this.rounds[0][key]);
    return Object.fromEntries(names.map((name) => [name, median(this.rounds.map((round) => round[key][name]))]));
  }

  /** A figure of one side by that of another, round by round. */
  ratios(figure, key, other) {
    return this.rounds.map((round) => round[key][figure] / round[other][figure]);
  }

  /** The median of `ratios`. */
  ratio(figure, key, other) {
    return median(this.ratios(figure, key, other));
  }
}
