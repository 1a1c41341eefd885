import { randomUUID } from 'node:crypto';
import type { Metrics } from '../core/metrics.js';
import type { Principal } from '../domain/principal.js';
import type { ReadPrincipal, SessionCache } from '../repositories/sessionCache.js';
import type { RedisClient, RedisConnection } from './redisConnection.js';
import { RevivedPrincipals } from './revivedPrincipals.js';

const epochKey = 'smart-audit:epoch';

/** For how long only one instance may read a session to remember it. */
const leaseMs = 5000;

/**
 * For how long a change that nobody hears the end of blocks its sessions, in statement time-outs: for two, the database
 * lets a transaction be idle whose COMMIT does not come; four are left for the few statements that follow the change. No
 * clock ends a transaction as a whole: one with more slow statements, whose end is not heard of either, could leave
 * sessions remembered as they were before it, for their lifetime.
 */
const blockTimeouts = 6;
const shortestBlockMs = 60_000;

/** In milliseconds. */
interface Times {
  /** How long a session is remembered at most; 0: not at all, and others are told all the same. */
  lifetimeMs: number;
  /** When the database, or who asked, gives a statement up. */
  statementTimeoutMs: number;
}

const keyStart = 'smart-audit:session:';

/**
 * Puts a list of those who are changing them in the place of sessions, in the epoch that holds in Redis at this moment:
 * `blocked`, and the names of the changes.
 */
const block = `
local epoch = redis.call('GET', KEYS[1])
if epoch then
  for i = 3, #ARGV do
    local key = '${keyStart}' .. epoch .. ':' .. ARGV[i]
    local list = redis.call('GET', key)
    if not list or string.sub(list, 1, 7) ~= 'blocked' then list = 'blocked' end
    if not string.find(list, ARGV[2], 1, true) then list = list .. ' ' .. ARGV[2] end
    redis.call('SET', key, list, 'PX', ARGV[1])
  end
end`;

/** Takes a change off these lists. What is no list was read before the change was made known, and goes. */
const release = `
local epoch = redis.call('GET', KEYS[1])
if epoch then
  for i = 2, #ARGV do
    local key = '${keyStart}' .. epoch .. ':' .. ARGV[i]
    local list = redis.call('GET', key)
    local name = ' ' .. ARGV[1]
    local at = list and string.find(list, name, 1, true)
    local others = list
    if at then others = string.sub(list, 1, at - 1) .. string.sub(list, at + #name) end
    if others and string.sub(others, 1, 8) == 'blocked ' then
      redis.call('SET', key, others, 'KEEPTTL')
    else
      redis.call('DEL', key)
    end
  end
end`;

/** Puts a value in the place of the lease it was read under, if nobody has taken that away meanwhile; or gives it back. */
const fill = `
if redis.call('GET', KEYS[1]) == ARGV[1] then
  if tonumber(ARGV[3]) > 0 then
    redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
  else
    redis.call('DEL', KEYS[1])
  end
end`;

/**
 * Sessions in Redis, for all instances, and by client-side caching in this process too (docs/decisions/0012).
 *
 * A session is read under a lease and remembered only if the lease is still there, so what was read before a change is
 * never remembered after it. Whenever a connection to Redis begins, all that was remembered before is forgotten by
 * everybody, for it may have changed while it was lost: keys carry the name of an epoch.
 */
export class RedisSessionCache implements SessionCache {
  private epoch: string | undefined;
  /** How many times the epoch was asked for: only the last answer counts. */
  private asked = 0;
  private readonly revived = new RevivedPrincipals();
  /** What changes are called in Redis, by their transactions. */
  private readonly names = new WeakMap<object, string>();

  constructor(
    private readonly redis: RedisConnection,
    private readonly times: Times,
    private readonly metrics: Pick<Metrics, 'cacheRequests'>,
  ) {
    redis.onUp(async (client) => {
      this.forgetEpoch();
      await client.set(epochKey, randomUUID());
      await this.readEpoch(client);
    });
    redis.onDown(() => this.forgetEpoch());
    redis.onInvalidated((key) => {
      if (key !== null && key !== epochKey) return;
      this.forgetEpoch();
      redis.ask('GET', (client) => this.readEpoch(client)).catch(() => undefined);
    });
  }

  async find(sessionId: string, read: ReadPrincipal): Promise<Principal | undefined> {
    const key = this.times.lifetimeMs > 0 ? this.keyOf(sessionId) : undefined;
    const text = key && (await this.redis.ask('GET', (client) => client.get(key)).catch(() => undefined));
    if (key === undefined || text === undefined) return this.readPast('bypass', read);
    if (text === null) return this.readAndRemember(key, read);
    if (text.startsWith('{')) {
      const principal = this.revived.of(sessionId, text);
      if (principal.expiresAt.getTime() > Date.now()) {
        this.metrics.cacheRequests.inc({ result: 'hit' });
        return principal;
      }
    }
    return this.readPast('miss', read);
  }

  async block(sessionIds: readonly string[], transaction: object): Promise<void> {
    const blockMs = Math.max(shortestBlockMs, blockTimeouts * this.times.statementTimeoutMs);
    await this.tell(block, [String(blockMs), this.nameOf(transaction), ...sessionIds]);
  }

  async release(sessionIds: readonly string[], transaction: object): Promise<void> {
    await this.tell(release, [this.nameOf(transaction), ...sessionIds]);
  }

  private nameOf(transaction: object): string {
    const name = this.names.get(transaction) ?? randomUUID();
    this.names.set(transaction, name);
    return name;
  }

  /** Where Redis cannot be told, it counts as lost: then nobody trusts what it remembers when it is back. */
  private async tell(script: string, values: readonly string[]): Promise<void> {
    const options = { keys: [epochKey], arguments: [...values] };
    await this.redis.ask('EVAL', (client) => client.eval(script, options)).catch(() => undefined);
  }

  private async readAndRemember(key: string, read: ReadPrincipal): Promise<Principal | undefined> {
    const lease = randomUUID();
    const expiration = { type: 'PX', value: leaseMs } as const;
    const taken = await this.redis
      .ask('SET', (client) => client.set(key, lease, { condition: 'NX', expiration }))
      .catch(() => null);
    let principal: Principal | undefined;
    try {
      principal = await this.readPast('miss', read);
      return principal;
    } finally {
      if (taken !== null) void this.remember(key, lease, principal);
    }
  }

  private async remember(key: string, lease: string, principal: Principal | undefined): Promise<void> {
    const lifetime = Math.min(this.times.lifetimeMs, (principal?.expiresAt.getTime() ?? 0) - Date.now());
    const values = [lease, JSON.stringify(principal ?? null), String(lifetime)];
    await this.redis
      .ask('EVAL', (client) => client.eval(fill, { keys: [key], arguments: values }))
      .catch(() => undefined);
  }

  private readPast(result: 'miss' | 'bypass', read: ReadPrincipal): Promise<Principal | undefined> {
    this.metrics.cacheRequests.inc({ result });
    return read();
  }

  /** Undefined while it is not certain what may be trusted. */
  private keyOf(sessionId: string): string | undefined {
    return this.epoch === undefined ? undefined : `${keyStart}${this.epoch}:${sessionId}`;
  }

  private forgetEpoch(): void {
    this.epoch = undefined;
    this.asked += 1;
  }

  /** This connection, having asked for it, is told when it changes. Where all is gone from Redis, a new one begins. */
  private async readEpoch(client: RedisClient): Promise<void> {
    this.asked += 1;
    const { asked } = this;
    await client.set(epochKey, randomUUID(), { condition: 'NX' });
    // Asked of Redis itself: what this process keeps of its answers could be of before the connection was lost.
    const epoch = await client.sendCommand<string | null>(['GET', epochKey]);
    if (asked === this.asked) this.epoch = epoch ?? undefined;
  }
}
