import type { Logger } from './logger.js';

/** How long it is only counted after it has been said, in milliseconds. */
const quietMs = 60_000;

/** Something that may happen again and again: the log says it at most once a minute, and how often it was since then. */
export class QuietWarning {
  private count = 0;
  private saidAt = -Infinity;

  /** @param countName the field of the line that says how often */
  constructor(
    private readonly logger: Pick<Logger, 'warn'>,
    private readonly message: string,
    private readonly countName: string,
    private readonly now = () => performance.now(),
  ) {}

  /** @param fields of the line, if there is to be one */
  happened(fields: object = {}, times = 1): void {
    this.count += times;
    const now = this.now();
    if (now - this.saidAt < quietMs) return;
    this.logger.warn({ ...fields, [this.countName]: this.count }, this.message);
    this.count = 0;
    this.saidAt = now;
  }
}
