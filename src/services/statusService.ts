import { DatabaseReadOnlyError, NotReadyError } from '../errors.js';

/** How long an answer is given to everyone who asks, in milliseconds. */
const answerMs = 1000;

export class StatusService {
  private last?: { answer: Promise<void>; begunAt: number; isPending: boolean };

  /**
   * @param pendingMigrations the names of the migrations that are not applied; rejects if the database is unavailable
   *   or takes no writes
   * @param isDegraded whether an optional dependency is unavailable
   */
  constructor(
    private readonly pendingMigrations: () => Promise<readonly string[]>,
    private readonly isDegraded: () => boolean,
    private readonly now = () => performance.now(),
  ) {}

  /**
   * Asks the database at most once a second, and never twice at the same time, because anyone may call this without a rate
   * limit.
   * @throws NotReadyError that names what is missing
   */
  async readiness(): Promise<'ok' | 'degraded'> {
    await this.assertMigrated();
    return this.isDegraded() ? 'degraded' : 'ok';
  }

  private async assertMigrated(): Promise<void> {
    const { last } = this;
    if (last && (last.isPending || this.now() - last.begunAt < answerMs)) return last.answer;
    const next = { answer: this.check(), begunAt: this.now(), isPending: true };
    this.last = next;
    return next.answer.finally(() => (next.isPending = false));
  }

  private async check(): Promise<void> {
    const pending = await this.pendingMigrations().catch((error: unknown) => {
      const message = error instanceof DatabaseReadOnlyError ? 'takes no writes' : 'does not answer';
      throw new NotReadyError([{ path: '/database', message }], error);
    });
    if (pending.length > 0) {
      throw new NotReadyError([
        { path: '/database/migrations', message: `${pending.length} not applied; run migrate:up` },
      ]);
    }
  }
}
