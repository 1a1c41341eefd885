import { randomBytes } from 'node:crypto';
import { OverloadedError } from '../errors.js';
import type { Metrics } from '../metrics.js';
import { noTracing, type OpenSpan, type Tracing } from '../tracing/tracing.js';
import { costOf, encode, settingsOf } from './bcryptText.cjs';
import type { Hashing } from './hashing.js';
import type { HashTask, VerifyTask } from './passwordHashWorker.cjs';

/** How a stored hash starts, so that hashes of another kind can stand beside these. */
const scheme = 'bcrypt-hmac-sha256:';

/**
 * A hash of bcrypt as text. The last characters of salt and digest carry four and two bits that are not used: where these are
 * set it is none, and engines would not agree on it.
 */
export const bcryptHash =
  /^\$2[aby]\$(0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{30}[.CGKOSWaeimquy26]$/;

function taskOf(password: string, stored: string): VerifyTask {
  if (bcryptHash.test(stored)) return { kind: 'verifyBare', password, hash: stored };
  const hash = stored.startsWith(scheme) ? stored.slice(scheme.length) : '';
  if (!bcryptHash.test(hash)) throw new Error('A stored password hash is of an unknown kind.');
  return { kind: 'verify', password, hash };
}

/** A hash of the right form that no password has: random bytes where salt and digest would be. */
function impossibleHash(cost: number): string {
  return settingsOf(cost, randomBytes(16)) + encode(randomBytes(23));
}

/** Hashes passwords with bcrypt over HMAC-SHA-256 (docs/decisions/0002-password-hashes.md). */
export class PasswordHasher {
  private readonly hashOfNobody: string;

  /**
   * @param cost bcrypt's cost, 4 to 31: 2^cost rounds
   * @param hashing does the work, away from the event loop
   */
  constructor(
    private readonly cost: number,
    private readonly hashing: Hashing,
    private readonly metrics?: Pick<Metrics, 'hashes'>,
    private readonly tracing: Tracing = noTracing,
  ) {
    this.hashOfNobody = scheme + impossibleHash(cost);
  }

  /**
   * The hash to store for a password.
   * @throws OverloadedError when too many wait already
   */
  async hash(password: string): Promise<string> {
    return scheme + String(await this.run({ kind: 'hash', password, cost: this.cost }));
  }

  /**
   * Whether the password is the one this hash was made of. Without a hash the answer is no, after the same time.
   * @throws OverloadedError when too many wait already
   */
  async verify(password: string, hash: string | undefined): Promise<boolean> {
    const task = taskOf(password, hash ?? this.hashOfNobody);
    const matches = Boolean(await this.run(task));
    if (!matches) await this.makeUpFor(costOf(task.hash)).catch(unlessFull);
    return matches;
  }

  /** A wrong password takes as long as any other, whatever the cost of the hash: 2^4 + 2^4 + 2^5 + 2^6 is 2^7. */
  private async makeUpFor(cost: number): Promise<void> {
    for (let missing = cost; missing < this.cost; missing += 1) {
      await this.run({ kind: 'verifyBare', password: '', hash: impossibleHash(missing) });
    }
  }

  /** Whether a hash is not what `hash` would make now: of another cost, or from another system. */
  isOutdated(hash: string): boolean {
    return !hash.startsWith(`${scheme}$2b$${String(this.cost).padStart(2, '0')}$`);
  }

  private async run(task: HashTask): Promise<string | boolean> {
    return this.tracing.span({ name: `password ${task.kind}` }, (span) => this.timed(task, span));
  }

  private async timed(task: HashTask, span: OpenSpan): Promise<string | boolean> {
    const queuedAt = performance.now();
    const { value, workMs, engine } = await this.hashing.run(task);
    const totalMs = performance.now() - queuedAt;
    this.metrics?.hashes.observe(totalMs / 1000);
    span.setAttributes({
      'smart_audit.hash.engine': engine,
      'smart_audit.hash.wait_ms': totalMs - workMs,
      'smart_audit.hash.work_ms': workMs,
    });
    return value;
  }
}

/** The password has been looked at: that the queue is full by now does not change the answer. */
function unlessFull(error: unknown): void {
  if (!(error instanceof OverloadedError)) throw error;
}
