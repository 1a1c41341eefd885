import { NotReadyError, type Fault } from '../errors.js';

/** What the service wants to know of the database. */
export interface DatabaseStatus {
  /** The names of the migrations this version has and the database has not. Throws when the database is gone. */
  pendingMigrations(): Promise<readonly string[]>;
}

/** How the server is doing. */
export class StatusService {
  /** @param isDegraded whether something is missing that the server can do without */
  constructor(
    private readonly database: DatabaseStatus,
    private readonly isDegraded: () => boolean,
  ) {}

  /** @throws NotReadyError that says what is missing, where the server cannot do without it */
  async readiness(): Promise<'ok' | 'degraded'> {
    const pending = await this.pendingMigrations();
    if (pending.length > 0) {
      throw new NotReadyError([fault('/database/migrations', `${pending.length} not applied; run migrate:up`)]);
    }
    return this.isDegraded() ? 'degraded' : 'ok';
  }

  private async pendingMigrations(): Promise<readonly string[]> {
    try {
      return await this.database.pendingMigrations();
    } catch (error) {
      throw new NotReadyError([fault('/database', 'does not answer')], error);
    }
  }
}

function fault(path: string, message: string): Fault {
  return { path, message };
}
