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
  sequelize.addHook('afterQuery', endBroken);
  return sequelize;
}

/** Nothing can come of a connection any more that did not answer in time: to roll back on it would be to wait again. */
function endBroken(_options: unknown, { connection }: { connection: object }): void {
  const client = connection as pg.Client & { _invalid?: boolean };
  if (client._invalid) void client.end();
}

/** How many connections of the pool are in use, and how many requests wait for one. */
export function poolState(sequelize: Sequelize): PoolState {
  const { pool } = sequelize.connectionManager as unknown as { pool: SequelizePool };
  return { used: pool.using, idle: pool.available, waiting: pool.waiting };
}

/** What Sequelize has and does not declare. */
interface SequelizePool {
  using: number;
  available: number;
  waiting: number;
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
