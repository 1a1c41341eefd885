import cluster from 'node:cluster';
import { memoryCounter, workerCounter } from '../security/requestCounter.js';
import { readEverySession } from '../repositories/sessionCache.js';
import type { Closers } from './lifecycle.js';
import type { Parts, SharedState } from './sharedState.js';

/**
 * In Redis, where there is one. Else every request reads its session, and workers have the process that started them
 * count.
 */
export async function openSharedState(parts: Parts, closers: Closers): Promise<SharedState> {
  const { redisUrl } = parts.config;
  if (redisUrl !== undefined) {
    // The client is large, and loaded only where it is needed.
    const { openRedisState } = await import('./redisState.js');
    return openRedisState(redisUrl, parts, closers);
  }
  return {
    sessionCache: readEverySession(parts.metrics),
    createCounter: cluster.isWorker ? workerCounter : memoryCounter,
    isDegraded: () => false,
  };
}
