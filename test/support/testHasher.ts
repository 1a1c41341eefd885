import { HashingThreads } from '../../src/core/hashing/hashingThreads.js';
import { PasswordHasher } from '../../src/core/hashing/passwordHasher.js';
import type { Metrics } from '../../src/core/metrics.js';
import type { Tracing } from '../../src/core/tracing/tracing.js';

type Options = { cost: number } & ConstructorParameters<typeof HashingThreads>[0];

/** A password hasher with threads of its own. */
export class TestHasher extends PasswordHasher {
  readonly close: () => Promise<void>;

  constructor(
    options: Options,
    logger?: ConstructorParameters<typeof HashingThreads>[1],
    metrics?: Metrics,
    tracing?: Tracing,
  ) {
    const threads = new HashingThreads(options, logger);
    super(options.cost, threads, metrics, tracing);
    this.close = () => threads.close();
  }
}
