import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { Logger } from '../observability/logger.js';
import { DatabaseClient } from './databaseClient.js';
import type { Primary } from './primary.js';
import { isReadOnlySql, ReadOnlyServerError } from './readOnlyServer.js';

/** How often the server is asked, and how often it is looked for, in milliseconds. */
const intervalMs = 1000;
const searchIntervalMs = 250;

/** How long it may take to connect, and to answer, in milliseconds. */
const answerTimeoutMs = 2000;

/** The start tells one server from another behind the same name. */
const stateSql = `SELECT ${isReadOnlySql} AS is_read_only, pg_postmaster_start_time()::text AS started_at`;

/**
 * Asks the server on a connection of its own whether it still takes writes, because nobody may write for a while, and a server
 * that has vanished lets statements wait until their timeout. When another server has taken its place, connections to the old one end.
 */
export class PrimaryWatch {
  private isStopping = false;
  /** Ends the present pause. */
  private wake = new AbortController();
  private readonly running: Promise<void>;
  private client: pg.Client | undefined;
  /** Why the connection ended: the next statement would only say that it has. */
  private ending: Error | undefined;
  private isLost = false;
  private startedAt: string | undefined;

  private constructor(
    private readonly primary: Primary,
    private readonly logger: Logger,
  ) {
    this.running = this.run();
  }

  static start(primary: Primary, logger: Logger): PrimaryWatch {
    return new PrimaryWatch(primary, logger);
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    this.wake.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.isStopping) {
      await this.ask().then(
        (startedAt) => this.found(startedAt),
        (error: unknown) => this.lost(error),
      );
      await this.pause();
    }
    await this.client?.end();
  }

  /** @returns when the server was started */
  private async ask(): Promise<string> {
    this.client ??= await this.connect();
    const { rows } = await this.client.query<{ is_read_only: boolean; started_at: string }>(stateSql);
    const [state] = rows;
    if (!state || state.is_read_only) throw new ReadOnlyServerError();
    return state.started_at;
  }

  private async connect(): Promise<pg.Client> {
    const client: pg.Client = new DatabaseClient(this.primary, {
      application_name: 'smart-audit-api watch',
      connectionTimeoutMillis: answerTimeoutMs,
      query_timeout: answerTimeoutMs,
    });
    client.on('error', (error) => (this.ending = error));
    client.on('end', () => client === this.client && this.wake.abort());
    await client.connect();
    return client;
  }

  private found(startedAt: string): void {
    if (this.isLost) this.logger.info('The database takes writes again');
    if (this.startedAt !== undefined && this.startedAt !== startedAt) this.primary.abortStale();
    this.isLost = false;
    this.startedAt = startedAt;
  }

  private lost(error: unknown): void {
    const reason = this.ending ?? error;
    void this.client?.end();
    [this.client, this.ending] = [undefined, undefined];
    if (this.isLost || this.isStopping) return;
    this.isLost = true;
    this.primary.leave();
    this.logger.warn(
      { err: reason },
      'The database takes no writes, or does not answer. Looking for a server that does',
    );
  }

  /** Ends early when the connection does. */
  private async pause(): Promise<void> {
    if (this.isStopping) return;
    this.wake = new AbortController();
    const milliseconds = this.isLost ? searchIntervalMs : intervalMs;
    await delay(milliseconds, undefined, { signal: this.wake.signal }).catch(() => undefined);
  }
}
