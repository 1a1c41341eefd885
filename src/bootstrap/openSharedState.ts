import cluster from 'node:cluster';
import type { Config } from '../config/config.js';
import type { Logger } from '../observability/logger.js';
import type { Metrics } from '../observability/metrics.js';
import type { Tracing } from '../observability/tracing/tracing.js';
import { redisCounter } from '../redis/redisCounter.js';
import { RedisSessionCache } from '../redis/redisSessionCache.js';
import { readEverySession, type SessionCache } from '../repositories/sessionCache.js';
import { memoryCounter, workerCounter, type CreateCounter } from '../security/requestCounter.js';
import type { Closers } from './lifecycle.js';

export interface SharedState {
  sessionCache: SessionCache;
  createCounter: CreateCounter;
  /** Whether Redis is configured and down. */
  isDegraded(): boolean;
}

export interface Basics {
  config: Config;
  logger: Logger;
  metrics: Metrics;
  tracing: Tracing;
}

/**
 * Opens what processes share: the session cache and request counts. With REDIS_URL both are in Redis. Without, every request
 * reads its session from PostgreSQL, and requests are counted in this process, or by the primary process for its workers.
 */
export async function openSharedState(basics: Basics, closers: Closers): Promise<SharedState> {
  const { config, logger, metrics, tracing } = basics;
  if (config.redisUrl === undefined) {
    const createCounter = cluster.isWorker ? workerCounter : memoryCounter;
    return { sessionCache: readEverySession(metrics), createCounter, isDegraded: () => false };
  }
  // The client is large: load it only when it is needed.
  const { RedisConnection } = await import('../redis/redisConnection.js');
  const redis = new RedisConnection(config.redisUrl, logger, tracing);
  const times = { lifetimeMs: config.sessionCacheMs, statementTimeoutMs: config.database.statementTimeoutMs };
  const sessionCache = new RedisSessionCache(redis, times, metrics);
  metrics.watchRedis(() => redis.isUp);
  closers.push(() => redis.close());
  await redis.open();
  return { sessionCache, createCounter: redisCounter(redis), isDegraded: () => !redis.isUp };
}
