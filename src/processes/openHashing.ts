import type { Config } from '../core/config.js';
import { HashingThreads } from '../core/hashing/hashingThreads.js';
import type { Logger } from '../core/logger.js';
import type { Metrics } from '../core/metrics.js';
import { briefly, type Closers } from './lifecycle.js';

/** Threads of this process that hash passwords. */
export async function openHashing(
  { hashing }: Pick<Config, 'hashing'>,
  logger: Logger,
  metrics: Metrics,
  closers: Closers,
): Promise<HashingThreads> {
  const threads = new HashingThreads(hashing, logger);
  metrics.watchHashQueue(() => threads.queueLength);
  closers.push(() => briefly(threads.close()));
  return threads;
}
