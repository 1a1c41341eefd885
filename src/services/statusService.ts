import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseReadOnlyError, NotReadyError } from '../errors.js';

/** How long an answer is given to everyone who asks, in milliseconds. */
const answerMs = 1000;

const doesNotAnswer = { message: 'does not answer', rule: 'database_unavailable' };
const takesNoWrites = { message: 'takes no writes', rule: 'database_read_only' };

export class StatusService {
  private last?: { answer: Promise<void>; begunAt: number; isPending: boolean };

  /**
   * @param pendingMigrations the names of the migrations that are not applied; rejects if the database is unavailable
   *   or takes no writes
   * @param isDegraded whether an optional dependency is unavailable
   * @param timeoutMs when a database that has not answered counts as unavailable: probes wait for few seconds only, and the next
   * one asks on another connection
   */
  constructor(
    private readonly pendingMigrations: () => Promise<readonly string[]>,
    private readonly isDegraded: () => boolean,
    private readonly now = () => performance.now(),
    private readonly timeoutMs = 2000,
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

  private async pendingInTime(): Promise<readonly string[]> {
    const answered = new AbortController();
    const late = delay(this.timeoutMs, undefined, { signal: answered.signal }).then(() => {
      throw new Error(`no answer within ${this.timeoutMs} ms`);
    });
    return Promise.race([this.pendingMigrations(), late]).finally(() => answered.abort());
  }

  private async check(): Promise<void> {
    const pending = await this.pendingInTime().catch((error: unknown) => {
      const fault = error instanceof DatabaseReadOnlyError ? takesNoWrites : doesNotAnswer;
      throw new NotReadyError([{ path: '/database', ...fault }], error);
    });
    if (pending.length > 0) {
      const message = `${pending.length} not applied; run migrate:up`;
      throw new NotReadyError([{ path: '/database/migrations', message, rule: 'migrations_pending' }]);
    }
  }
}
