import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { isUsable } from './databaseClient.js';

/** In milliseconds. */
const retryDelayMs = 500;

/** SQLSTATEs (PostgreSQL, appendix A) of errors in the statement itself, which a retry cannot fix. */
const permanentError = /^(22|23|42)/;

/**
 * The database for pg-boss. Retries statements while the database is down: pg-boss reports a finished job only once, without
 * handling a rejection, which would end the process and run the job again. A statement whose answer was lost may run twice, so
 * jobs that must be unique are sent in the caller's transaction or have a singleton key.
 */
export class JobDatabase {
  private readonly pool: pg.Pool;
  private isDown = false;
  private isClosed = false;

  /**
   * @param options with `clientClass`
   * @param onDown called once for each outage
   */
  constructor(
    options: pg.PoolConfig,
    private readonly onDown: (error: Error) => void,
  ) {
    this.pool = new pg.Pool(options);
    // An idle connection broke. The next statement uses another one.
    this.pool.on('error', () => undefined);
  }

  async executeSql(text: string, values?: unknown[]): Promise<pg.QueryResult> {
    while (!this.isClosed) {
      try {
        const result = await this.query(text, values);
        this.isDown = false;
        return result;
      } catch (error) {
        if (permanentError.test((error as { code?: string }).code ?? '')) throw error;
        if (!this.isDown) this.onDown(error as Error);
        this.isDown = true;
        await delay(retryDelayMs);
      }
    }
    // Closed: never settle, because pg-boss does not handle rejections.
    return new Promise(() => undefined);
  }

  private async query(text: string, values?: unknown[]): Promise<pg.QueryResult> {
    const client = await this.usableClient();
    try {
      const result = await client.query(text, values);
      client.release();
      return result;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  /** Discards idle connections to a server that is no longer the primary. */
  private async usableClient(): Promise<pg.PoolClient> {
    for (;;) {
      const client = await this.pool.connect();
      if (isUsable(client)) return client;
      client.release(true);
    }
  }

  /** Lets running statements finish. Later ones never settle. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.pool.end();
  }
}
