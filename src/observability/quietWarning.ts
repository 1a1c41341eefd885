import type { Logger } from './logger.js';

/** In milliseconds. */
const quietMs = 60_000;

/** A warning that is logged at most once a minute, with the number of occurrences since the last time. */
export class QuietWarning {
  private count = 0;
  private loggedAt = -Infinity;

  /** @param countName the log field with the number of occurrences */
  constructor(
    private readonly logger: Pick<Logger, 'warn'>,
    private readonly message: string,
    private readonly countName: string,
    private readonly now = () => performance.now(),
  ) {}

  happened(fields: object = {}, times = 1): void {
    this.count += times;
    const now = this.now();
    if (now - this.loggedAt < quietMs) return;
    this.logger.warn({ ...fields, [this.countName]: this.count }, this.message);
    this.count = 0;
    this.loggedAt = now;
  }
}
