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

  private gate: { reach: () => void; opened: Promise<void> } | undefined;

  /** Holds the next comparison once it is made: what happens before `release` comes between a proof and its use. */
  holdNext(): { reached: Promise<void>; release: () => void } {
    let [reach, release] = [(): void => undefined, (): void => undefined];
    const reached = new Promise<void>((resolve) => (reach = resolve));
    const opened = new Promise<void>((resolve) => (release = resolve));
    this.gate = { reach, opened };
    return { reached, release };
  }

  override async verify(password: string, hash: string | undefined): Promise<boolean> {
    const { gate } = this;
    this.gate = undefined;
    const matches = await super.verify(password, hash);
    gate?.reach();
    await gate?.opened;
    return matches;
  }
}
