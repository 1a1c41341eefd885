import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createClient, ErrorReply } from '@redis/client';
import type { Logger } from '../observability/logger.js';
import { QuietWarning } from '../observability/quietWarning.js';
import { redisSpan } from '../observability/tracing/redisSpan.js';
import { noTracing, type Tracing } from '../observability/tracing/tracing.js';

/** All in milliseconds. */
const connectTimeout = 2000;
const commandTimeout = 500;
const heartbeat = 1000;
const longestReconnectPause = 1000;
/** A connection that has been silent for so long, heartbeats and all, is given up and made anew. */
const silenceTimeout = 5000;
/**
 * The heartbeat: all that this server does in Redis, on keys that nobody else has. One that is full, that has become a
 * replica, or in which the server's rights do not suffice, answers and is of no use.
 */
const trial = `
for _, key in ipairs(KEYS) do
  redis.call('SET', key, '1', 'PX', ARGV[1])
  redis.call('INCRBY', key, '1')
  redis.call('EXPIRE', key, '1')
  redis.call('PTTL', key)
  redis.call('GET', key)
  redis.call('DEL', key)
end`;

function createRedisClient(url: string) {
  return createClient({
    url,
    // What cannot be asked now is not asked: there is another way for all of it.
    disableOfflineQueue: true,
    socket: {
      connectTimeout,
      socketTimeout: silenceTimeout,
      reconnectStrategy: (retries) => Math.min(longestReconnectPause, 50 * 2 ** retries),
    },
  });
}

export type RedisClient = ReturnType<typeof createRedisClient>;

/** Redis does not answer, or not in time, or refuses. */
class RedisUnavailableError extends Error {
  constructor(cause?: unknown) {
    super('Redis cannot be used now.', { cause });
  }
}

/** The word at the beginning of a refusal, such as OOM or NOPERM. What follows may have keys and values in it. */
function codeOf({ message }: ErrorReply): string {
  return /^[A-Z]+\b/.exec(message)?.[0] ?? 'ERR';
}

async function bounded<T>(answer: Promise<T>): Promise<T> {
  let late: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    late = setTimeout(() => reject(new RedisUnavailableError()), commandTimeout);
  });
  try {
    return await Promise.race([answer, tooLate]);
  } finally {
    clearTimeout(late);
  }
}

/**
 * A connection to Redis or Valkey that comes and goes: it is tried once a second, and whoever works with it is told when it
 * is lost and when it is back. What does not answer in half a second counts as lost, and what refuses anything does too:
 * somebody may not have been told of what has ended. Which of the two it is, the log says.
 */
export class RedisConnection {
  private readonly client: RedisClient;
  private readonly beginnings: ((client: RedisClient) => Promise<void>)[] = [];
  /** Why it did not do what it was asked, since it last did. */
  private readonly reasons = new Set<unknown>();
  private timer: NodeJS.Timeout | undefined;
  private checking = false;
  /** Can be asked, from before the first beginning on. */
  private reached = false;
  /** All beginnings are done. */
  private begun = false;
  private readonly refusals: QuietWarning;
  private readonly trialKeys = ['session', 'count'].map((kind) => `smart-audit:${kind}:trial:${randomUUID()}`);

  constructor(
    url: string,
    private readonly logger: Pick<Logger, 'info' | 'warn'>,
    private readonly tracing: Tracing = noTracing,
  ) {
    this.refusals = new QuietWarning(logger, 'Redis refuses: the server goes on without it until it does not', 'times');
    this.client = createRedisClient(url);
    this.client.on('error', (error: unknown) => this.lost(error));
    this.client.on('ready', () => void this.check());
  }

  /** Whether it lately did what it was asked. */
  get isUp(): boolean {
    return this.reached && this.begun;
  }

  /** @param begin is done whenever the connection is there, before it is up; it may be asked meanwhile */
  onUp(begin: (client: RedisClient) => Promise<void>): void {
    this.beginnings.push(begin);
  }

  /** Connects; resolves when it is up, or after so many milliseconds: it will go on trying. */
  async open(patienceMs = connectTimeout): Promise<void> {
    this.client.connect().catch((error: unknown) => this.lost(error));
    this.timer = setInterval(() => void this.check(), heartbeat);
    for (const end = Date.now() + patienceMs; !this.isUp && Date.now() < end;) await delay(10);
    if (!this.isUp && this.reasons.size === 0) this.report(new RedisUnavailableError());
  }

  /**
   * Asks something.
   * @param command what spans call it
   * @throws RedisUnavailableError
   */
  async ask<T>(command: string, question: (client: RedisClient) => Promise<T>): Promise<T> {
    if (!this.reached) throw new RedisUnavailableError();
    try {
      return await bounded(redisSpan(this.tracing, command, () => question(this.client)));
    } catch (error) {
      this.lost(error);
      throw new RedisUnavailableError(error);
    }
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    this.reached = this.begun = false;
    this.client.destroy();
  }

  private async check(): Promise<void> {
    if (this.checking || !this.client.isReady) return;
    this.checking = true;
    try {
      await bounded(this.client.eval(trial, { keys: this.trialKeys, arguments: [String(commandTimeout)] }));
      if (!this.isUp) await this.begin();
    } catch (error) {
      this.lost(error);
    } finally {
      this.checking = false;
    }
  }

  private async begin(): Promise<void> {
    // If the connection is lost meanwhile, all begins once more.
    this.begun = false;
    this.reached = true;
    for (const begin of this.beginnings) await bounded(begin(this.client));
    this.begun = true;
    if (!this.isUp) return;
    this.reasons.clear();
    this.logger.info('Redis answers');
  }

  private lost(error: unknown): void {
    this.report(error);
    this.reached = this.begun = false;
  }

  /** It is tried again and again: each reason is logged once, and refusals at most once a minute. */
  private report(error: unknown): void {
    const isRefusal = error instanceof ErrorReply;
    const reason = isRefusal ? codeOf(error) : ((error as { code?: unknown }).code ?? (error as Error).message);
    const isKnown = this.reasons.has(reason);
    this.reasons.add(reason);
    if (isRefusal) this.refusals.happened({ code: reason });
    else if (!isKnown)
      this.logger.warn({ err: error }, 'Redis does not answer: the server goes on without it until it does');
  }
}
