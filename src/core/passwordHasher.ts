import { randomBytes } from 'node:crypto';
import { Piscina } from 'piscina';
import { OverloadedError } from './errors.js';
import type { Logger } from './logger.js';
import type { Metrics } from './metrics.js';
import type { HashOutcome, HashTask } from './passwordHashWorker.cjs';
import { noTracing, type OpenSpan, type Tracing } from './tracing/tracing.js';

/** How a stored hash starts, so that hashes of another kind can stand beside these. */
const scheme = 'bcrypt-hmac-sha256:';

/** bcrypt's own base 64 alphabet. */
const alphabet = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/**
 * bcrypt of the password itself, as other systems store it. The last character of the salt, and that of the digest, carry
 * four and two bits that are not used: where these are set the text is no hash, and engines refuse it without computing.
 */
export const bareBcrypt =
  /^\$2[aby]\$(0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{30}[.CGKOSWaeimquy26]$/;

function taskOf(password: string, stored: string): HashTask {
  if (bareBcrypt.test(stored)) return { kind: 'verifyBare', password, hash: stored };
  if (!stored.startsWith(scheme)) throw new Error('A stored password hash is of an unknown kind.');
  return { kind: 'verify', password, hash: stored.slice(scheme.length) };
}

function costOf(stored: string): number {
  return Number(/\$(\d\d)\$/.exec(stored)?.[1]);
}

/** See `bareBcrypt`. */
function usedBits(place: number): number {
  if (place === 21) return 0b110000;
  return place === 52 ? 0b111100 : 0b111111;
}

/** A hash of the right form that no password has: random text where salt and digest would be. */
function impossibleHash(cost: number): string {
  const random = Array.from(randomBytes(53), (byte, place) => alphabet[byte & usedBits(place)]).join('');
  return `${scheme}$2b$${String(cost).padStart(2, '0')}$${random}`;
}

interface HasherOptions {
  cost: number;
  threads: number;
  queueMax: number;
  idleThreadMs?: number;
  engine?: 'fastest' | 'bcryptjs';
}

/**
 * Hashes passwords with bcrypt over HMAC-SHA-256 (docs/decisions/0002-password-hashes.md) in worker threads, so that the
 * event loop never waits for one.
 */
export class PasswordHasher {
  private readonly pool: Piscina<HashTask, HashOutcome>;
  private readonly hashOfNobody: string;
  private readonly running = new Set<Promise<unknown>>();

  /**
   * @param options.cost bcrypt's cost, 4 to 31: 2^cost rounds
   * @param options.threads how many hashes are made at once, at most
   * @param options.queueMax how many more may wait
   * @param options.idleThreadMs how long a thread has nothing to do before it is ended; one always stays
   * @param options.engine `bcryptjs` keeps to that one; otherwise the native one is taken where it loads
   */
  constructor(
    private readonly options: HasherOptions,
    private readonly metrics?: Pick<Metrics, 'hashes'>,
    private readonly tracing: Tracing = noTracing,
    logger?: Pick<Logger, 'error'>,
  ) {
    this.hashOfNobody = impossibleHash(options.cost);
    this.pool = new Piscina({
      filename: new URL('./passwordHashWorker.cjs', import.meta.url).href,
      // Each is 9 MB of memory: the others come when hashes wait for them, and go when none has come for a while.
      minThreads: 1,
      maxThreads: options.threads,
      idleTimeout: options.idleThreadMs ?? 60_000,
      maxQueue: options.queueMax,
      workerData: { engine: options.engine },
      resourceLimits: { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 32 },
    });
    // One that cannot start, or breaks while it has nothing to do. Unheard, it would end the process.
    this.pool.on('error', (error) =>
      logger?.error({ err: error }, 'A hashing thread has failed; another takes its place'),
    );
  }

  /**
   * The hash to store for a password.
   * @throws OverloadedError when too many wait already
   */
  async hash(password: string): Promise<string> {
    return scheme + String(await this.run({ kind: 'hash', password, cost: this.options.cost }));
  }

  /**
   * Whether the password is the one this hash was made of. Without a hash the answer is no, after the same time.
   * @throws OverloadedError when too many wait already
   */
  async verify(password: string, hash: string | undefined): Promise<boolean> {
    const stored = hash ?? this.hashOfNobody;
    const matches = Boolean(await this.run(taskOf(password, stored)));
    if (!matches) await this.makeUpFor(costOf(stored)).catch(unlessFull);
    return matches;
  }

  /** A wrong password takes as long as any other, whatever the cost of the hash: 2^4 + 2^4 + 2^5 + 2^6 is 2^7. */
  private async makeUpFor(cost: number): Promise<void> {
    for (let missing = cost; missing < this.options.cost; missing += 1) {
      await this.run({ kind: 'verifyBare', password: '', hash: impossibleHash(missing).slice(scheme.length) });
    }
  }

  /** Whether a hash is not what `hash` would make now: of another cost, or from another system. */
  isOutdated(hash: string): boolean {
    return !hash.startsWith(`${scheme}$2b$${String(this.options.cost).padStart(2, '0')}$`);
  }

  /** How many wait for a thread. */
  get queueLength(): number {
    return this.pool.queueSize;
  }

  /** Ends the threads, after what they are doing. Piscina's own `close` does not always wait for all of it. */
  async close(): Promise<void> {
    await Promise.allSettled(this.running);
    await this.pool.destroy();
  }

  private async run(task: HashTask): Promise<string | boolean> {
    return this.tracing.span({ name: `password ${task.kind}` }, (span) => this.queue(task, span));
  }

  private async queue(task: HashTask, span: OpenSpan): Promise<string | boolean> {
    const queuedAt = performance.now();
    const running = this.pool.run(task);
    this.running.add(running);
    try {
      const { value, workMs, engine } = await running;
      const totalMs = performance.now() - queuedAt;
      const waitMs = totalMs - workMs;
      this.metrics?.hashes.observe(totalMs / 1000);
      span.setAttributes({
        'smart_audit.hash.engine': engine,
        'smart_audit.hash.wait_ms': waitMs,
        'smart_audit.hash.work_ms': workMs,
      });
      return value;
    } catch (error) {
      throw isFull(error) ? new OverloadedError() : error;
    } finally {
      this.running.delete(running);
    }
  }
}

/** The password has been looked at: that the queue is full by now does not change the answer. */
function unlessFull(error: unknown): void {
  if (!(error instanceof OverloadedError)) throw error;
}

function isFull(error: unknown): boolean {
  return error instanceof Error && error.message === 'Task queue is at limit';
}
