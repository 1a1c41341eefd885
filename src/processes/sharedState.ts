import type { Sequelize } from 'sequelize';
import type { Config } from '../core/config.js';
import type { Logger } from '../core/logger.js';
import type { Metrics } from '../core/metrics.js';
import type { CreateCounter } from '../core/requestCounter.js';
import type { Tracing } from '../core/tracing/tracing.js';
import type { SessionCache } from '../repositories/sessionCache.js';

/** What processes have in common, wherever that is kept. */
export interface SharedState {
  sessionCache: SessionCache;
  createCounter: CreateCounter;
  /** Whether something is missing that the server can do without. */
  isDegraded(): boolean;
}

/** What it stands on. */
export interface Parts {
  config: Config & { databaseUrl: string };
  logger: Logger;
  sequelize: Sequelize;
  metrics: Metrics;
  tracing: Tracing;
}
