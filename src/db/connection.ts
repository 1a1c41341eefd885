import pg from 'pg';
import { Sequelize } from 'sequelize';
import type { Config } from '../core/config.js';

/** How long TCP may be silent before the kernel asks whether the database is still there, in milliseconds. */
const keepAliveDelayMs = 10_000;

/** Statements are not logged: they carry what people entrusted to us. */
const common = { dialect: 'postgres', dialectModule: pg, logging: false } as const;

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
      keepAlive: true,
      keepAliveInitialDelayMillis: keepAliveDelayMs,
      connectionTimeoutMillis: config.connectTimeoutMs,
      statement_timeout: config.statementTimeoutMs,
      query_timeout: config.statementTimeoutMs + 1000,
      idle_in_transaction_session_timeout: config.statementTimeoutMs * 2,
    },
  });
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
