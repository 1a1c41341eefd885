/**
 * The name that `word` is most likely a typing error of, ignoring case; undefined if none is close.
 * @param editsMax edits that a typing error may have: a letter inserted, removed, replaced, or swapped with the next
 */
export function similarName(
  word: string,
  names: readonly string[],
  editsMax = Math.max(1, Math.floor(word.length / 4)),
): string | undefined {
  const candidates = names
    .filter((name) => Math.abs(name.length - word.length) <= editsMax)
    .map((name) => ({ name, edits: countEdits(word.toUpperCase(), name) }))
    .filter(({ edits }) => edits <= editsMax);
  return candidates.sort((one, other) => one.edits - other.edits)[0]?.name;
}

/** The optimal string alignment distance. */
function countEdits(from: string, to: string): number {
  const known = new Map<string, number>();
  const countAt = (i: number, j: number): number => {
    if (i === from.length || j === to.length) return from.length - i + (to.length - j);
    if (from[i] === to[j]) return countAt(i + 1, j + 1);
    const key = `${i} ${j}`;
    const swapped = from[i] === to[j + 1] && from[i + 1] === to[j] ? countAt(i + 2, j + 2) : Infinity;
    const edits = known.get(key) ?? 1 + Math.min(swapped, countAt(i + 1, j), countAt(i, j + 1), countAt(i + 1, j + 1));
    known.set(key, edits);
    return edits;
  };
  return countAt(0, 0);
}
