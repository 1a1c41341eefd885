import type { Sequelize } from 'sequelize';
import type { Config } from '../config/config.js';
import type { Logger } from '../observability/logger.js';
import type { Metrics } from '../observability/metrics.js';
import type { CreateCounter } from '../security/requestCounter.js';
import type { Tracing } from '../observability/tracing/tracing.js';
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
