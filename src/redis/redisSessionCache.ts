import { LRUCache } from 'lru-cache';
import type { Metrics } from '../observability/metrics.js';
import type { Principal } from '../domain/principal.js';
import type { SessionCache } from '../repositories/sessionCache.js';
import type { RedisConnection } from './redisConnection.js';

interface Times {
  /** How long a session is cached; 0: never, but tombstones are still written for other instances. */
  lifetimeMs: number;
  statementTimeoutMs: number;
}

/** A fill is dropped when its read began longer ago than this: the session may have changed since. */
const fillWithinMs = 5000;

/** An upper bound of the statement timeouts that fit into one transaction. */
const statementsPerTransaction = 6;

/** Far more sessions than change while Redis is down. */
const pendingMax = 10_000;

const tombstone = 'tombstone';

const dates = new Set(['expiresAt', 'createdAt', 'updatedAt', 'emailVerifiedAt']);

function revive(text: string): Principal {
  return JSON.parse(text, (key, value: unknown) =>
    dates.has(key) && typeof value === 'string' ? new Date(value) : value,
  ) as Principal;
}

/**
 * Caches sessions in Redis for all instances (docs/decisions/0012). A miss reads PostgreSQL and fills the cache; a change of a
 * session or its account writes a tombstone. While Redis is down, PostgreSQL is read.
 */
export class RedisSessionCache implements SessionCache {
  /** Sessions whose tombstone Redis has not acknowledged: not looked up, and written again when Redis is back. */
  private readonly pending: LRUCache<string, true>;

  constructor(
    private readonly redis: Pick<RedisConnection, 'ask' | 'onUp'>,
    private readonly times: Times,
    private readonly metrics: Pick<Metrics, 'cacheRequests'>,
  ) {
    this.pending = new LRUCache({ max: pendingMax, ttl: times.lifetimeMs });
    redis.onUp(() => this.forget([...this.pending.keys()]));
  }

  async find(sessionId: string, read: () => Promise<Principal | undefined>): Promise<Principal | undefined> {
    const text = this.isCached(sessionId) ? await this.get(sessionId) : undefined;
    const known = typeof text === 'string' && text !== tombstone ? revive(text) : undefined;
    if (known && known.expiresAt.getTime() > Date.now()) {
      this.metrics.cacheRequests.inc({ result: 'hit' });
      return known;
    }
    this.metrics.cacheRequests.inc({ result: text === undefined ? 'bypass' : 'miss' });
    return text === null ? this.readAndFill(read) : read();
  }

  async forget(sessionIds: readonly string[]): Promise<void> {
    if (sessionIds.length === 0) return;
    const value = statementsPerTransaction * this.times.statementTimeoutMs + fillWithinMs;
    const expiration = { type: 'PX', value } as const;
    for (const id of sessionIds) this.pending.set(id, true);
    try {
      await this.redis.ask('SET', (client) =>
        Promise.all(sessionIds.map((id) => client.set(keyOf(id), tombstone, { expiration }))),
      );
      for (const id of sessionIds) this.pending.delete(id);
    } catch {
      // Written when Redis is back.
    }
  }

  private isCached(sessionId: string): boolean {
    return this.times.lifetimeMs > 0 && !this.pending.has(sessionId);
  }

  private async readAndFill(read: () => Promise<Principal | undefined>): Promise<Principal | undefined> {
    const begunAt = performance.now();
    const principal = await read();
    if (principal && performance.now() - begunAt < fillWithinMs) void this.fill(principal);
    return principal;
  }

  private async get(sessionId: string): Promise<string | null | undefined> {
    return this.redis.ask('GET', (client) => client.get(keyOf(sessionId))).catch(() => undefined);
  }

  /** NX: never overwrites a tombstone. */
  private async fill(principal: Principal): Promise<void> {
    const options = { condition: 'NX', expiration: { type: 'PX', value: this.times.lifetimeMs } } as const;
    await this.redis
      .ask('SET', (client) => client.set(keyOf(principal.sessionId), JSON.stringify(principal), options))
      .catch(() => undefined);
  }
}

function keyOf(sessionId: string): string {
  return `smart-audit:session:${sessionId}`;
}
