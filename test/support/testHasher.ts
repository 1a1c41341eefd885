import { HashingPool } from '../../src/security/hashing/hashingPool.js';
import { PasswordHasher } from '../../src/security/hashing/passwordHasher.js';
import type { Metrics } from '../../src/observability/metrics.js';
import type { Tracing } from '../../src/observability/tracing/tracing.js';

type Options = { cost: number } & ConstructorParameters<typeof HashingPool>[0];

/** A password hasher with a pool of its own. */
export class TestHasher extends PasswordHasher {
  readonly close: () => Promise<void>;

  constructor(options: Options, metrics?: Metrics, tracing?: Tracing) {
    const pool = new HashingPool(options);
    super(options.cost, pool, metrics, tracing);
    this.close = () => pool.close();
  }

  private gate: { reach: () => void; opened: Promise<void> } | undefined;

  /** Delays the result of the next comparison until `release`, so that a test can act in between. */
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
