import pg from 'pg';
import { Sequelize } from 'sequelize';
import type { Config } from '../config/config.js';
import type { PoolState } from '../observability/metrics.js';

type Done = (error: unknown, result: unknown) => void;

/** SQLSTATEs (PostgreSQL, appendix A) with which PostgreSQL ends a connection. */
const lastWords = /^(08...|25P03|57P0.)$/;

/** Whether a connection is of no more use: there was no answer, which may still come, or it was the last one. */
function isOver(error: unknown): boolean {
  return Boolean(error) && (!(error instanceof pg.DatabaseError) || lastWords.test(error.code ?? ''));
}

/** A connection that ends itself when it is of no more use, so that the pool hands it to nobody. */
class Client extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    // Sequelize listens for errors only a moment after the connection is there. Whoever asks something on it is told.
    this.on('error', () => undefined);
  }

  /** Sequelize waits by a callback, which comes last. */
  override query(...args: unknown[]): never {
    const done = args.at(-1);
    if (typeof done === 'function') {
      args[args.length - 1] = (error: unknown, result: unknown) => {
        if (isOver(error)) void this.end();
        (done as Done)(error, result);
      };
    }
    return (super.query as (...all: unknown[]) => never)(...args);
  }
}

/** Statements are not logged: they carry what people entrusted to us. */
const common = { dialect: 'postgres', dialectModule: { ...pg, Client }, logging: false } as const;

/**
 * A pool of connections for requests. Every wait has an end: for a connection from the pool, for the database to accept
 * it, for the statement on the server, and for its answer (a server that is gone without a word answers nothing).
 */
export function connect(databaseUrl: string, config: Config['database']): Sequelize {
  return new Sequelize(databaseUrl, {
    ...common,
    pool: { max: config.poolMax, min: 0, idle: 30_000, acquire: config.acquireTimeoutMs },
    dialectOptions: {
      application_name: 'smart-audit-api',
      connectionTimeoutMillis: config.connectTimeoutMs,
      statement_timeout: config.statementTimeoutMs,
      query_timeout: config.statementTimeoutMs + 1000,
      idle_in_transaction_session_timeout: config.statementTimeoutMs * 2,
    },
  });
}

/** How many connections of the pool are in use, and how many requests wait for one. */
export function poolState({ connectionManager }: Sequelize): PoolState {
  // Sequelize's types leave the pool out.
  const { pool } = connectionManager as unknown as { pool: { using: number; available: number; waiting: number } };
  return { used: pool.using, idle: pool.available, waiting: pool.waiting };
}

/** Two connections without statement time-outs: one holds the lock, the other runs the migrations. */
export function connectForMigrations(databaseUrl: string, config: Config['database']): Sequelize {
  return new Sequelize(databaseUrl, {
    ...common,
    pool: { max: 2, min: 0, acquire: config.acquireTimeoutMs },
    dialectOptions: {
      application_name: 'smart-audit-api migrations',
      connectionTimeoutMillis: config.connectTimeoutMs,
    },
  });
}
