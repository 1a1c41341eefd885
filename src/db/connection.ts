import pg from 'pg';
import { Sequelize, type Options, type QueryOptions } from 'sequelize';
import type { Config } from '../config/config.js';
import type { PoolState } from '../observability/metrics.js';
import { noTracing, type Tracing } from '../observability/tracing/tracing.js';
import { clientClass, isUsable } from './databaseClient.js';
import { translateErrors } from './databaseErrors.js';
import type { Primary } from './primary.js';
import { applySessionDefaults, noTimeoutMs, sessionTimeouts } from './sessionDefaults.js';
import { statementSpan, transactionType } from './statementSpan.js';

/** Throws domain errors, and runs each statement in a span. */
class RequestSequelize extends Sequelize {
  constructor(
    options: Options,
    private readonly tracing: Tracing,
  ) {
    super(options);
  }

  override async query(sql: string, options: QueryOptions = {}): Promise<never> {
    const run = () => this.tracing.span(statementSpan(options), () => super.query(sql, options) as Promise<never>);
    // Sequelize logs why a COMMIT or ROLLBACK failed; `transaction` translates the error.
    return String(options.type) === transactionType ? run() : translateErrors(run);
  }

  /** Translates the errors of BEGIN, COMMIT and ROLLBACK, and of getting a connection. */
  override async transaction(...args: unknown[]): Promise<never> {
    return translateErrors(() => super.transaction(...(args as [])) as Promise<never>);
  }
}

/** A hook of Sequelize, which does not close a connection if the hook fails. */
async function afterConnect(connection: unknown): Promise<void> {
  const client = connection as pg.Client;
  await applySessionDefaults(client).catch((error: unknown) => {
    void client.end();
    throw error;
  });
}

/** Statements are not logged: they contain personal data. `DatabaseClient` has host, user, password and database. */
function commonOptions(primary: Primary) {
  return {
    dialect: 'postgres',
    dialectModule: { ...pg, Client: clientClass(primary) },
    logging: false,
    hooks: { afterConnect },
  } as const;
}

/**
 * A connection pool for requests. Its errors are domain errors. Every wait has a timeout; `query_timeout` is for a server that
 * vanished.
 */
export function connect(primary: Primary, config: Config['database'], tracing: Tracing = noTracing): Sequelize {
  const options = {
    ...commonOptions(primary),
    pool: { max: config.poolMax, min: 0, idle: 30_000, acquire: config.acquireTimeoutMs, validate: isUsable },
    dialectOptions: {
      application_name: 'smart-audit-api',
      connectionTimeoutMillis: config.connectTimeoutMs,
      query_timeout: config.statementTimeoutMs + 1000,
      ...sessionTimeouts(config.statementTimeoutMs),
    },
  };
  return new RequestSequelize(options, tracing);
}

/** The pool for metrics. */
export function poolState({ connectionManager }: Sequelize): PoolState {
  // Sequelize's types omit the pool.
  const { pool } = connectionManager as unknown as { pool: { using: number; available: number; waiting: number } };
  return { used: pool.using, idle: pool.available, waiting: pool.waiting };
}

/**
 * Two connections without statement timeouts: one holds the lock, the other runs the migrations. Their errors are Sequelize's.
 * @param queryTimeoutMs how long a query may take; default: forever
 */
export function connectForMigrations(primary: Primary, config: Config['database'], queryTimeoutMs?: number): Sequelize {
  return new Sequelize({
    ...commonOptions(primary),
    pool: { max: 2, min: 0, acquire: config.acquireTimeoutMs },
    dialectOptions: {
      application_name: 'smart-audit-api migrations',
      connectionTimeoutMillis: config.connectTimeoutMs,
      query_timeout: queryTimeoutMs,
      ...sessionTimeouts(noTimeoutMs),
    },
  });
}
