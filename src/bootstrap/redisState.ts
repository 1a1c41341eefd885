import { RedisConnection } from '../redis/redisConnection.js';
import { redisCounter } from '../redis/redisCounter.js';
import { RedisSessionCache } from '../redis/redisSessionCache.js';
import type { Closers } from './lifecycle.js';
import type { Parts, SharedState } from './sharedState.js';

/** What all instances share in Redis. */
export async function openRedisState(url: string, parts: Parts, closers: Closers): Promise<SharedState> {
  const { config, logger, metrics, tracing } = parts;
  const { statementTimeoutMs } = config.database;
  const redis = new RedisConnection(url, logger, tracing);
  const state = {
    sessionCache: new RedisSessionCache(redis, { lifetimeMs: config.sessionCacheMs, statementTimeoutMs }, metrics),
    createCounter: redisCounter(redis),
    isDegraded: () => !redis.isUp,
  };
  metrics.watchRedis(() => redis.isUp);
  closers.push(() => redis.close());
  await redis.open();
  return state;
}
