import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { Config } from '../../config/config.js';
import { OverloadedError } from '../../errors.js';
import type { Logger } from '../../observability/logger.js';
import type { HashResult, HashTask } from './passwordHashWorker.cjs';

/** The packages that can hash. Their hashes are interchangeable. */
export type HashingEngine = '@node-rs/bcrypt' | 'bcryptjs';

type HashingOptions = Pick<Config['hashing'], 'threads' | 'queueMax'> & {
  /** For tests; otherwise the fastest that loads. */
  engine?: HashingEngine;
};

/** Worker threads that run bcrypt, so that the event loop stays free. */
export class HashingPool {
  readonly engine: HashingEngine;
  private readonly pool: Piscina<HashTask, HashResult>;

  constructor({ threads, queueMax, engine = fastestEngine() }: HashingOptions, logger?: Pick<Logger, 'error'>) {
    this.engine = engine;
    this.pool = new Piscina({
      filename: fileURLToPath(new URL('./passwordHashWorker.cjs', import.meta.url)),
      workerData: { engine },
      // The others start on demand.
      minThreads: 1,
      maxThreads: threads,
      idleTimeout: 60_000,
      maxQueue: queueMax,
      stricterFIFO: true,
      // Only Linux has a niceness per thread; elsewhere this would slow down the whole process.
      niceIncrement: process.platform === 'linux' ? constants.priority.PRIORITY_LOW : 0,
    });
    // Emitted when an idle thread dies. Without a listener it would end the process.
    this.pool.on('error', (error) => logger?.error({ err: error }, 'A hashing thread failed and is replaced'));
  }

  /** @throws OverloadedError when the queue is full */
  async run(task: HashTask): Promise<HashResult> {
    // The same condition as Piscina's own, which rejects with an untyped error.
    if (this.pool.queueSize >= this.pool.options.maxQueue) throw new OverloadedError();
    return this.pool.run(task);
  }

  /** How many passwords wait for a thread. */
  get queueLength(): number {
    return this.pool.queueSize;
  }

  /** Ends the threads. Whatever still waits for a hash is rejected. */
  async close(): Promise<void> {
    // Not `pool.close()`: with several threads it does not wait for all of them (Piscina 5.3.2).
    await this.pool.destroy();
  }
}

/** The native package is optional: its binary may be missing for this platform. */
function fastestEngine(): HashingEngine {
  try {
    createRequire(import.meta.url)('@node-rs/bcrypt');
    return '@node-rs/bcrypt';
  } catch {
    return 'bcryptjs';
  }
}
