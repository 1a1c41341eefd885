import pg from 'pg';
import type { Primary } from './primary.js';

type Done = (error: unknown, result: unknown) => void;

/** SQLSTATEs (PostgreSQL, appendix A) after which a connection is closed. */
const connectionClosed = /^(08...|25P03|57P0.)$/;

/** Whether a connection is unusable: the server closed it, or an answer is missing and may still arrive. */
function isBroken(error: unknown): boolean {
  return Boolean(error) && (!(error instanceof pg.DatabaseError) || connectionClosed.test(error.code ?? ''));
}

/** A connection that closes itself when it breaks, so that no pool reuses it. */
class DatabaseClient extends pg.Client {
  /** @param config what a pool adds to the parts of the URL, which prevail */
  constructor(
    private readonly primary: Primary,
    config: pg.ClientConfig = {},
  ) {
    super({ ...config, ...primary.options });
    // Pools add their own listeners too late, and queries report the error anyway.
    this.on('error', () => undefined);
  }

  /** Pools pass a callback. */
  override connect(...args: unknown[]): never {
    const connected = this.open();
    const [done] = args as [((error: unknown) => void)?];
    if (done) void connected.then(() => done(null), done);
    return (done ? undefined : connected) as never;
  }

  private async open(): Promise<this> {
    Object.assign(this, await this.primary.locate());
    await super.connect();
    return this;
  }

  /** Pools pass a callback as the last argument. */
  override query(...args: unknown[]): never {
    const done = args.at(-1);
    if (typeof done === 'function') {
      args[args.length - 1] = (error: unknown, result: unknown) => {
        if (isBroken(error)) void this.end();
        (done as Done)(error, result);
      };
    }
    return (super.query as (...all: unknown[]) => never)(...args);
  }
}

/** The class of the clients of a primary, for pools: they make their clients themselves. */
export function clientClass(primary: Primary): typeof pg.Client {
  return class extends DatabaseClient {
    constructor(config?: pg.ClientConfig) {
      super(primary, config);
    }
  };
}
