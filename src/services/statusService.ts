import { NotReadyError } from '../errors.js';

export class StatusService {
  /**
   * @param pendingMigrations the names of the migrations that are not applied; rejects if the database is unavailable
   * @param isDegraded whether an optional dependency is unavailable
   */
  constructor(
    private readonly pendingMigrations: () => Promise<readonly string[]>,
    private readonly isDegraded: () => boolean,
  ) {}

  /** @throws NotReadyError that names what is missing */
  async readiness(): Promise<'ok' | 'degraded'> {
    const pending = await this.pendingMigrations().catch((error: unknown) => {
      throw new NotReadyError([{ path: '/database', message: 'does not answer' }], error);
    });
    if (pending.length > 0) {
      throw new NotReadyError([
        { path: '/database/migrations', message: `${pending.length} not applied; run migrate:up` },
      ]);
    }
    return this.isDegraded() ? 'degraded' : 'ok';
  }
}
