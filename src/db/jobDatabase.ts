import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

/** Between two tries of a statement, in milliseconds. */
const retryDelayMs = 500;

/** SQLSTATEs (PostgreSQL, appendix A) of statements that are wrong themselves: to try them again is of no use. */
const wrongStatement = /^(22|23|42)/;

/**
 * The database as pg-boss sees it: it may be gone for a while. Statements wait then, and are tried again until it is
 * back. pg-boss tells only once that a job is done, and waits for no answer: where that failed, the job would be done
 * again, and the rejection would end the process. A statement whose answer alone was lost is done twice so: what must not
 * be there twice is sent in the transaction of whoever sends it, or has a singleton key.
 */
export class JobDatabase {
  private readonly pool: pg.Pool;
  private isGone = false;
  private isClosed = false;

  /** @param onGone told once of each time that the database is gone */
  constructor(
    options: pg.PoolConfig,
    private readonly onGone: (error: Error) => void,
  ) {
    this.pool = new pg.Pool(options);
    // A connection that breaks while it is idle: the next statement takes another, or tells.
    this.pool.on('error', () => undefined);
  }

  async executeSql(text: string, values?: unknown[]): Promise<pg.QueryResult> {
    while (!this.isClosed) {
      try {
        const result = await this.pool.query(text, values);
        this.isGone = false;
        return result;
      } catch (error) {
        if (wrongStatement.test((error as { code?: string }).code ?? '')) throw error;
        if (!this.isGone) this.onGone(error as Error);
        this.isGone = true;
        await delay(retryDelayMs);
      }
    }
    // Nobody waits any more.
    return new Promise(() => undefined);
  }

  /** What is being asked gets its answer, if there still is one; what comes later gets none. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.pool.end();
  }
}
