import cluster from 'node:cluster';
import { memoryCounter, workerCounter } from '../core/requestCounter.js';
import { ChannelListener } from '../db/channelListener.js';
import { MemorySessionCache } from '../repositories/memorySessionCache.js';
import type { SessionCache } from '../repositories/sessionCache.js';
import { sessionChannel } from '../repositories/sessionNotices.js';
import { UncachedSessions } from '../repositories/uncachedSessions.js';
import { briefly, type Closers } from './lifecycle.js';
import type { Parts, SharedState } from './sharedState.js';

/**
 * In Redis, where there is one. Else one process keeps it all in its memory; several workers do not cache, and have the
 * process that started them count.
 */
export async function openSharedState(parts: Parts, closers: Closers): Promise<SharedState> {
  const { redisUrl } = parts.config;
  if (redisUrl !== undefined) {
    // The client is large, and loaded only where it is needed.
    const { openRedisState } = await import('./redisState.js');
    return openRedisState(redisUrl, parts, closers);
  }
  return {
    sessionCache: await openMemoryCache(parts, closers),
    createCounter: cluster.isWorker ? workerCounter : memoryCounter,
    isDegraded: () => false,
  };
}

async function openMemoryCache(parts: Parts, closers: Closers): Promise<SessionCache> {
  const { config, logger, sequelize, metrics } = parts;
  if (cluster.isWorker || config.sessionCacheMs === 0) return new UncachedSessions(sequelize, metrics);
  const listener = new ChannelListener(config.databaseUrl, sessionChannel, sequelize, config.database, logger);
  const cache = new MemorySessionCache(sequelize, listener, config.sessionCacheMs, metrics);
  closers.push(() => briefly(listener.close()));
  await listener.open();
  return cache;
}
