import cluster from 'node:cluster';
import type { Config } from '../core/config.js';
import type { Hashing } from '../core/hashing/hashing.js';
import type { HashingThreads } from '../core/hashing/hashingThreads.js';
import type { Logger } from '../core/logger.js';
import type { Metrics } from '../core/metrics.js';
import { briefly, type Closers } from './lifecycle.js';
import { PrimaryHashing } from './primaryHashing.js';

/** Threads that hash, in this process. They are loaded where they are needed: a worker has none. */
export async function openHashingThreads(
  { hashing }: Pick<Config, 'hashing'>,
  logger: Logger,
  metrics: Metrics,
  closers: Closers,
): Promise<HashingThreads> {
  const { HashingThreads } = await import('../core/hashing/hashingThreads.js');
  const threads = new HashingThreads(hashing, logger);
  metrics.watchHashQueue(() => threads.queueLength);
  closers.push(() => briefly(threads.close()));
  return threads;
}

/** The threads of this process, or, in a worker, those of the process that has started it. */
export async function openHashing(
  config: Pick<Config, 'hashing'>,
  logger: Logger,
  metrics: Metrics,
  closers: Closers,
): Promise<Hashing> {
  return cluster.isWorker ? new PrimaryHashing() : openHashingThreads(config, logger, metrics, closers);
}
