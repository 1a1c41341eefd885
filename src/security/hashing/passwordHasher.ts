import { createHmac } from 'node:crypto';
import { OverloadedError } from '../../errors.js';
import type { Metrics } from '../../observability/metrics.js';
import { noTracing, type Tracing } from '../../observability/tracing/tracing.js';
import { normalizePassword } from '../normalizePassword.js';
import type { HashingPool } from './hashingPool.js';
import type { HashTask } from './passwordHashWorker.cjs';

/** Prefix of our own hashes in the database: of passwords in NFC. Imported bcrypt hashes have none. */
const scheme = 'bcrypt-hmac-sha256-nfc:';

/** Prefix of version 1.0.0: of passwords as they were sent. */
const verbatimScheme = 'bcrypt-hmac-sha256:';

/** HMAC key that separates these digests from any other use of HMAC-SHA-256 over passwords. Not a secret. */
const context = 'smart-audit-api/password/v1';

/**
 * A bcrypt hash as text. The last character of the salt and of the digest carries unused bits; a hash in which they are set
 * is malformed, and bcrypt packages disagree about it.
 */
export const bcryptHash =
  /^\$2[aby]\$(0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{30}[.CGKOSWaeimquy26]$/;

/** 44 characters that depend on every byte of the password: bcrypt alone ignores what follows byte 72. */
function digest(password: string): string {
  return createHmac('sha256', context).update(password, 'utf8').digest('base64');
}

/** What bcrypt has to compare for a stored hash: one comparison, so that the time does not reveal the prefix. */
function comparisonOf(password: string, stored: string): { password: string; hash: string } {
  if (bcryptHash.test(stored)) return { password, hash: stored };
  const end = stored.indexOf(':') + 1;
  const [prefix, hash] = [stored.slice(0, end), stored.slice(end)];
  if (![scheme, verbatimScheme].includes(prefix) || !bcryptHash.test(hash)) {
    throw new Error('A stored password hash has an unknown format.');
  }
  return { password: digest(prefix === scheme ? normalizePassword(password) : password), hash };
}

const settingsOf = (cost: number): string => `$2b$${String(cost).padStart(2, '0')}$`;

const costOf = (hash: string): number => Number(hash.slice(4, 6));

/** A well-formed hash that matches no known password. */
const dummyHash = (cost: number): string => settingsOf(cost) + '.'.repeat(53);

/** Hashes passwords with bcrypt over HMAC-SHA-256 of their NFC form (docs/decisions/0002-password-hashes.md). */
export class PasswordHasher {
  /** @param cost bcrypt's cost, 4 to 31: 2^cost rounds */
  constructor(
    private readonly cost: number,
    private readonly pool: Pick<HashingPool, 'engine' | 'run'>,
    private readonly metrics?: Pick<Metrics, 'hashes'>,
    private readonly tracing: Tracing = noTracing,
  ) {}

  /**
   * The hash to store for a password.
   * @throws OverloadedError when the queue is full
   */
  async hash(password: string): Promise<string> {
    const task = { kind: 'hash', password: digest(normalizePassword(password)), cost: this.cost } as const;
    return scheme + String(await this.run(task));
  }

  /**
   * Whether the password matches the stored hash. Without a hash, as for an unknown account, it takes the same time and
   * returns false.
   * @throws OverloadedError when the queue is full
   */
  async verify(password: string, stored: string | undefined): Promise<boolean> {
    const comparison = comparisonOf(password, stored ?? dummyHash(this.cost));
    const matches = Boolean(await this.run({ kind: 'verify', ...comparison })) && stored !== undefined;
    if (!matches) await this.makeUpFor(costOf(comparison.hash)).catch(unlessOverloaded);
    return matches;
  }

  /** Rejects a wrong password after the same time, however cheap its hash: costs 4 + 4 + 5 + 6 take as long as cost 7. */
  private async makeUpFor(cost: number): Promise<void> {
    for (let missing = cost; missing < this.cost; missing += 1) {
      await this.run({ kind: 'verify', password: '', hash: dummyHash(missing) });
    }
  }

  /** Whether `hash` would now produce another format or cost. */
  isOutdated(stored: string): boolean {
    return !stored.startsWith(scheme + settingsOf(this.cost));
  }

  private async run(task: HashTask): Promise<string | boolean> {
    return this.tracing.span({ name: `password ${task.kind}` }, async (span) => {
      const queuedAt = performance.now();
      const { value, workMs } = await this.pool.run(task);
      const totalMs = performance.now() - queuedAt;
      this.metrics?.hashes.observe(totalMs / 1000);
      span.setAttributes({
        'smart_audit.hash.engine': this.pool.engine,
        'smart_audit.hash.wait_ms': totalMs - workMs,
        'smart_audit.hash.work_ms': workMs,
      });
      return value;
    });
  }
}

/** The password has been checked: a full queue no longer changes the answer. */
function unlessOverloaded(error: unknown): void {
  if (!(error instanceof OverloadedError)) throw error;
}
