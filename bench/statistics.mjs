/** @param {number[]} values at least one */
export function median(values) {
  return percentile(values, 50);
}

/**
 * The value that this percentage of the values do not exceed; between two values, the one in proportion.
 * @param {number[]} values at least one
 * @param {number} percentage 0 to 100
 */
export function percentile(values, percentage) {
  const sorted = Float64Array.from(values).sort();
  const place = ((sorted.length - 1) * percentage) / 100;
  const below = sorted[Math.floor(place)];
  const above = sorted[Math.ceil(place)];
  return below + (above - below) * (place % 1);
}
