import { NotReadyError } from '../errors.js';

export interface DatabaseStatus {
  /** The names of the migrations that are not applied. Rejects if the database is unavailable. */
  pendingMigrations(): Promise<readonly string[]>;
}

/** Reports the server's health. */
export class StatusService {
  /** @param isDegraded whether an optional dependency is unavailable */
  constructor(
    private readonly database: DatabaseStatus,
    private readonly isDegraded: () => boolean,
  ) {}

  /** @throws NotReadyError that names what is missing */
  async readiness(): Promise<'ok' | 'degraded'> {
    const pending = await this.pendingMigrations();
    if (pending.length > 0) {
      throw new NotReadyError([
        { path: '/database/migrations', message: `${pending.length} not applied; run migrate:up` },
      ]);
    }
    return this.isDegraded() ? 'degraded' : 'ok';
  }

  private async pendingMigrations(): Promise<readonly string[]> {
    try {
      return await this.database.pendingMigrations();
    } catch (error) {
      throw new NotReadyError([{ path: '/database', message: 'does not answer' }], error);
    }
  }
}
