import { LRUCache } from 'lru-cache';
import type { Metrics } from '../observability/metrics.js';
import type { Principal } from '../domain/principal.js';
import type { SessionCache } from '../repositories/sessionCache.js';
import type { RedisConnection } from './redisConnection.js';

/** In milliseconds. */
interface Times {
  /** How long a session is remembered at most; 0: not at all, and other instances are told all the same. */
  lifetimeMs: number;
  /** When the database, or whoever asked, gives a statement up. */
  statementTimeoutMs: number;
}

/** A fill that comes later than this after its read began is dropped: a change may have come between. */
const fillWithinMs = 5000;

/** A transaction has a few statements, and the database ends one that is idle for two time-outs: six are enough. */
const statementsOfTransaction = 6;

/** How many untold tombstones are kept: far more than there are changes while Redis is gone for a lifetime. */
const untoldMax = 10_000;

/** Stands in the place of a session that is being changed, or was changed a moment ago. */
const tombstone = 'tombstone';

/** The dates of a principal are text in JSON. */
const dates = new Set(['expiresAt', 'createdAt', 'updatedAt', 'emailVerifiedAt']);

function revive(text: string): Principal {
  return JSON.parse(text, (key, value: unknown) =>
    dates.has(key) && typeof value === 'string' ? new Date(value) : value,
  ) as Principal;
}

/**
 * Sessions in Redis, for all instances (docs/decisions/0012): one that is not there is read from PostgreSQL and put there,
 * and whatever changes a session or its account puts a tombstone in its place. While Redis is gone, PostgreSQL is read.
 */
export class RedisSessionCache implements SessionCache {
  /** Sessions whose tombstone Redis has not acknowledged. It gets them when it is back; until then they are read. */
  private readonly untold: LRUCache<string, true>;

  constructor(
    private readonly redis: Pick<RedisConnection, 'ask' | 'onUp'>,
    private readonly times: Times,
    private readonly metrics: Pick<Metrics, 'cacheRequests'>,
  ) {
    this.untold = new LRUCache({ max: untoldMax, ttl: times.lifetimeMs });
    redis.onUp(() => this.forget([...this.untold.keys()]));
  }

  async find(sessionId: string, read: () => Promise<Principal | undefined>): Promise<Principal | undefined> {
    const text = this.isAsked(sessionId) ? await this.get(sessionId) : undefined;
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
    const value = statementsOfTransaction * this.times.statementTimeoutMs + fillWithinMs;
    const expiration = { type: 'PX', value } as const;
    for (const id of sessionIds) this.untold.set(id, true);
    try {
      await this.redis.ask('SET', (client) =>
        Promise.all(sessionIds.map((id) => client.set(keyOf(id), tombstone, { expiration }))),
      );
      for (const id of sessionIds) this.untold.delete(id);
    } catch {
      // Told when Redis is back.
    }
  }

  private isAsked(sessionId: string): boolean {
    return this.times.lifetimeMs > 0 && !this.untold.has(sessionId);
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

  /** Never in the place of a tombstone, nor of what another instance has put there. */
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
