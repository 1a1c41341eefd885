import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createClient, ErrorReply } from '@redis/client';
import { parseServerUrl } from '../config/serverUrl.js';
import type { Logger } from '../observability/logger.js';
import { QuietWarning } from '../observability/quietWarning.js';
import { noTracing, type Tracing } from '../observability/tracing/tracing.js';

/** All in milliseconds. */
const connectTimeout = 2000;
const commandTimeout = 500;
const heartbeatInterval = 1000;
const reconnectDelayMax = 1000;
/** A connection that receives nothing for so long, not even answers to heartbeats, is replaced. */
const socketTimeout = 5000;

/**
 * Runs every command that this server needs, on keys of its own: a Redis that is full, a replica or lacks rights answers a
 * PING.
 */
const heartbeat = `
for _, key in ipairs(KEYS) do
  redis.call('SET', key, '1', 'PX', ARGV[1])
  redis.call('INCRBY', key, '1')
  redis.call('EXPIRE', key, '1')
  redis.call('PTTL', key)
  redis.call('GET', key)
  redis.call('DEL', key)
end`;

function createRedisClient(url: string) {
  const reconnectStrategy = (retries: number): number => Math.min(reconnectDelayMax, 50 * 2 ** retries);
  const { scheme, host, port, user, password, path } = parseServerUrl(url);
  const address = { host, port: port ?? 6379, connectTimeout, socketTimeout, reconnectStrategy };
  // Not `url`: the client's handshake looks up an IPv6 address with its brackets (@redis/client 6.3.1).
  return createClient({
    ...(user && { username: user }),
    ...(password && { password }),
    database: Number(path),
    // Fail at once while disconnected: every caller has a fallback.
    disableOfflineQueue: true,
    socket: scheme === 'rediss' ? { ...address, tls: true } : address,
  });
}

type RedisClient = ReturnType<typeof createRedisClient>;

/** Redis does not answer in time, or rejects the command. */
class RedisUnavailableError extends Error {
  constructor(cause?: unknown) {
    super('Redis cannot be used now.', { cause });
  }
}

async function withTimeout<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new RedisUnavailableError()), commandTimeout);
  });
  return Promise.race([answer, timeout]).finally(() => clearTimeout(timer));
}

/**
 * A connection to Redis or Valkey that may be down. One command that times out or is rejected takes it down: another instance's
 * tombstones may be missing. A heartbeat a second brings it up again.
 */
export class RedisConnection {
  private readonly client: RedisClient;
  private readonly upListeners: (() => Promise<void>)[] = [];
  /** Why it is down: each reason is logged once an outage. */
  private readonly reasons = new Set<unknown>();
  private readonly rejections: QuietWarning;
  private readonly heartbeatKeys = ['session', 'count'].map((kind) => `smart-audit:${kind}:trial:${randomUUID()}`);
  private timer: NodeJS.Timeout | undefined;
  private isChecking = false;
  /** Takes commands: while it is up, and before that for the listeners of `onUp`. */
  private isOpen = false;
  private isReady = false;

  constructor(
    url: string,
    private readonly logger: Pick<Logger, 'info' | 'warn'>,
    private readonly tracing: Tracing = noTracing,
  ) {
    this.rejections = new QuietWarning(logger, 'Redis rejects commands; continuing without it', 'times');
    this.client = createRedisClient(url);
    this.client.on('error', (error: unknown) => this.goDown(error));
    this.client.on('ready', () => void this.check());
  }

  get isUp(): boolean {
    return this.isOpen && this.isReady;
  }

  /** @param listener runs whenever Redis is back, before `isUp`; it may already send commands */
  onUp(listener: () => Promise<void>): void {
    this.upListeners.push(listener);
  }

  /** Connects. Resolves when it is up, or after `timeoutMs`; it then keeps trying. */
  async open(timeoutMs = connectTimeout): Promise<void> {
    this.client.connect().catch((error: unknown) => this.goDown(error));
    this.timer = setInterval(() => void this.check(), heartbeatInterval);
    for (const end = Date.now() + timeoutMs; !this.isUp && Date.now() < end;) await delay(10);
    if (!this.isUp && this.reasons.size === 0) this.goDown(new RedisUnavailableError());
  }

  /**
   * Sends a command, in a span.
   * @param command its name for the span, without arguments
   * @throws RedisUnavailableError
   */
  async ask<T>(command: string, send: (client: RedisClient) => Promise<T>): Promise<T> {
    if (!this.isOpen) throw new RedisUnavailableError();
    const attributes = { 'db.system.name': 'redis', 'db.operation.name': command };
    const start = { name: command, kind: 'client', attributes } as const;
    try {
      return await withTimeout(this.tracing.span(start, () => send(this.client)));
    } catch (error) {
      this.goDown(error);
      throw new RedisUnavailableError(error);
    }
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    this.isOpen = false;
    this.client.destroy();
  }

  private async check(): Promise<void> {
    if (this.isChecking || !this.client.isReady) return;
    this.isChecking = true;
    try {
      const options = { keys: this.heartbeatKeys, arguments: [String(commandTimeout)] };
      await withTimeout(this.client.eval(heartbeat, options));
      if (!this.isUp) await this.goUp();
    } catch (error) {
      this.goDown(error);
    } finally {
      this.isChecking = false;
    }
  }

  private async goUp(): Promise<void> {
    this.isReady = false;
    this.isOpen = true;
    for (const listener of this.upListeners) await withTimeout(listener());
    this.isReady = true;
    // A listener's command may have failed.
    if (!this.isUp) return;
    this.reasons.clear();
    this.logger.info('Redis answers');
  }

  private goDown(error: unknown): void {
    this.isOpen = false;
    const isRejection = error instanceof ErrorReply;
    const reason = isRejection ? codeOf(error) : ((error as { code?: unknown }).code ?? (error as Error).message);
    const isKnown = this.reasons.has(reason);
    this.reasons.add(reason);
    if (isRejection) this.rejections.happened({ code: reason });
    else if (!isKnown) this.logger.warn({ err: error }, 'Redis does not answer; continuing without it');
  }
}

/** The first word of a rejection, such as OOM or NOPERM. The rest may contain keys and values. */
function codeOf({ message }: ErrorReply): string {
  return /^[A-Z]+\b/.exec(message)?.[0] ?? 'ERR';
}
