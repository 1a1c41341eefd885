/** How long a worker must have run for its end to be no sign that workers cannot run; in milliseconds. */
const steadyMs = 60_000;

/** The longest that a worker is missing before the next one is tried, in milliseconds. */
const longestMs = 30_000;

/** How long to wait before a worker is started in the place of one that has ended: later and later where that does not help. */
export class RestartPause {
  /** Early ends in a row. */
  private failures = 0;

  /**
   * Called once for each end.
   * @param ranMs how long the worker had run, in milliseconds
   * @returns milliseconds; 0 the first time
   */
  after(ranMs: number): number {
    if (ranMs > steadyMs) this.failures = 0;
    const pause = this.failures === 0 ? 0 : Math.min(longestMs, 500 * 2 ** this.failures);
    this.failures += 1;
    return pause;
  }
}
