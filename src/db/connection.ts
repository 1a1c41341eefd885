import pg from 'pg';
import { Sequelize, type Options } from 'sequelize';
import type { Config } from '../core/config.js';
import type { Logger } from '../core/logger.js';

/** How long TCP may be silent before the kernel asks whether the database is still there, in milliseconds. */
const keepAliveDelayMs = 10_000;

function common(logger: Logger): Options {
  return {
    dialect: 'postgres',
    dialectModule: pg,
    logging: logger.isLevelEnabled('debug') ? (sql) => logger.debug({ sql: sql.split(';')[0] }, 'SQL') : false,
    retry: { max: 1 },
  };
}

/**
 * A pool of connections for requests. Every wait has an end: for a connection from the pool, for the database to accept
 * it, for the statement on the server, and for its answer (a server that is gone without a word answers nothing).
 */
export function connect(databaseUrl: string, config: Config['database'], logger: Logger): Sequelize {
  return new Sequelize(databaseUrl, {
    ...common(logger),
    logging: false,
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
export function connectForMigrations(databaseUrl: string, config: Config['database'], logger: Logger): Sequelize {
  return new Sequelize(databaseUrl, {
    ...common(logger),
    pool: { max: 2, min: 0, acquire: config.acquireTimeoutMs },
    dialectOptions: {
      application_name: 'smart-audit-api migrations',
      connectionTimeoutMillis: config.connectTimeoutMs,
    },
  });
}
