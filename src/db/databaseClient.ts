import pg from 'pg';
import type { Primary } from './primary.js';
import { readOnly } from './readOnlyServer.js';

type Done = (error: unknown, result: unknown) => void;

/** SQLSTATEs (PostgreSQL, appendix A) after which a connection is closed. */
const connectionClosed = /^(08...|25P03|57P0.)$/;

/** Whether a connection is unusable: the server closed it, or an answer is missing and may still arrive. */
function isBroken(error: unknown): boolean {
  return Boolean(error) && (!(error instanceof pg.DatabaseError) || connectionClosed.test(error.code ?? ''));
}

/** A connection that closes itself when it breaks, and tells the primary when its server takes no writes. */
export class DatabaseClient extends pg.Client {
  generation = 0;
  isConnecting = false;
  private isOver = false;

  /** @param config what a pool adds to the parts of the URL, which prevail */
  constructor(
    private readonly primary: Primary,
    config: pg.ClientConfig = {},
  ) {
    super({ ...config, ...primary.options });
    // Pools add their own listeners too late, and queries report the error anyway.
    this.on('error', () => (this.isOver = true));
    this.on('end', () => {
      this.isOver = true;
      primary.closed(this);
    });
  }

  /** Whether the connection works, and leads to the primary. */
  get isUsable(): boolean {
    return !this.isOver && this.generation === this.primary.generation;
  }

  /** Pools pass a callback. */
  override connect(...args: unknown[]): never {
    const connected = this.open();
    const [done] = args as [((error: unknown) => void)?];
    if (done) void connected.then(() => done(null), done);
    return (done ? undefined : connected) as never;
  }

  /** Sequelize passes a callback as the last argument. */
  override query(...args: unknown[]): never {
    const run = (): unknown => (super.query as (...all: unknown[]) => unknown)(...args);
    const done = args.at(-1);
    if (typeof done !== 'function') return this.watched(run() as Promise<unknown>) as never;
    args[args.length - 1] = (error: unknown, result: unknown) => {
      this.heed(error);
      (done as Done)(error, result);
    };
    return run() as never;
  }

  override end(...args: unknown[]): never {
    this.isOver = true;
    return (super.end as (...all: unknown[]) => never)(...args);
  }

  /** Ends the connection without waiting for the server. */
  abort(reason?: Error): void {
    this.connection.stream.destroy(reason);
  }

  private async open(): Promise<this> {
    // pg.Client connects to its fields `host` and `port`.
    Object.assign(this, await this.primary.locate());
    this.generation = this.primary.generation;
    this.isConnecting = true;
    this.primary.opened(this);
    try {
      await super.connect();
    } catch (error) {
      // pg leaves the connection open when it gives up itself, such as when it has no password.
      this.abort();
      this.primary.closed(this);
      throw error;
    } finally {
      this.isConnecting = false;
    }
    return this;
  }

  private async watched(running: Promise<unknown>): Promise<unknown> {
    return running.catch((error: unknown) => {
      this.heed(error);
      throw error;
    });
  }

  /** What the error of a statement means for this connection, and for all. */
  private heed(error: unknown): void {
    if (isBroken(error)) void this.end();
    const isRefused = error instanceof pg.DatabaseError && error.code === readOnly;
    if (isRefused && this.generation === this.primary.generation) this.primary.leave();
  }
}

/** Whether a pool may lend an idle connection again. */
export function isUsable(connection: unknown): boolean {
  return connection instanceof DatabaseClient && connection.isUsable;
}

/** The class of the clients of a primary, for pools: they make their clients themselves. */
export function clientClass(primary: Primary): typeof pg.Client {
  return class extends DatabaseClient {
    constructor(config?: pg.ClientConfig) {
      super(primary, config);
    }
  };
}
