import pg from 'pg';
import { Sequelize } from 'sequelize';
import type { Config } from '../core/config.js';
import type { PoolState } from '../core/metrics.js';

/**
 * Sequelize listens for the errors of a connection only a moment after it is there. Where PostgreSQL ends one in that very
 * moment, nobody would hear it, and the process would end.
 */
class Client extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    // Whoever asks something on it is told.
    this.on('error', () => undefined);
  }
}

/** Statements are not logged: they carry what people entrusted to us. */
const common = { dialect: 'postgres', dialectModule: { ...pg, Client }, logging: false } as const;

/**
 * A pool of connections for requests. Every wait has an end: for a connection from the pool, for the database to accept
 * it, for the statement on the server, and for its answer (a server that is gone without a word answers nothing).
 */
export function connect(databaseUrl: string, config: Config['database']): Sequelize {
  const sequelize = new Sequelize(databaseUrl, {
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
  // A connection on which a statement has timed out is invalid: close it, so that a ROLLBACK on it does not wait as well.
  sequelize.addHook('afterQuery', (_options: unknown, { connection }: { connection: object }) => {
    if (!connectionManagerOf(sequelize).validate(connection)) void (connection as pg.Client).end();
  });
  return sequelize;
}

/** How many connections of the pool are in use, and how many requests wait for one. */
export function poolState(sequelize: Sequelize): PoolState {
  const { pool } = connectionManagerOf(sequelize);
  return { used: pool.using, idle: pool.available, waiting: pool.waiting };
}

/** Public members that Sequelize's types leave out. */
interface ConnectionManager {
  pool: { using: number; available: number; waiting: number };
  validate(connection: object): boolean;
}

function connectionManagerOf({ connectionManager }: Sequelize): ConnectionManager {
  return connectionManager as unknown as ConnectionManager;
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
