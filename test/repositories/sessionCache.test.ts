import { randomUUID } from 'node:crypto';
import { createClient } from '@redis/client';
import { expect } from 'chai';
import { parseConfig } from '../../src/core/config.js';
import { createLogger } from '../../src/core/logger.js';
import { Metrics } from '../../src/core/metrics.js';
import { noTracing } from '../../src/core/tracing/tracing.js';
import { connect } from '../../src/db/connection.js';
import type { Principal } from '../../src/domain/principal.js';
import { briefly } from '../../src/processes/lifecycle.js';
import { openSharedState } from '../../src/processes/openSharedState.js';
import { RedisConnection } from '../../src/redis/redisConnection.js';
import { RedisSessionCache } from '../../src/redis/redisSessionCache.js';
import type { SessionCache } from '../../src/repositories/sessionCache.js';
import { FaultProxy } from '../support/faultProxy.js';
import { startRedis, type RedisServer } from '../support/redisServer.js';
import { createTestDatabase, type TestDatabase } from '../support/testDatabase.js';
import { until } from '../support/until.js';

function principalOf(sessionId: string, firstName: string, expiresAt = new Date(Date.now() + 60_000)): Principal {
  const at = new Date();
  const names = { firstName, lastName: 'Hopper', email: 'grace@example.com' };
  const state = { role: 'user', isActive: true, emailVerifiedAt: at, createdAt: at, updatedAt: at } as const;
  return { sessionId, expiresAt, user: { id: randomUUID(), ...names, ...state } };
}

/** A reading that ends when the test says so. */
function slowRead() {
  let begin: () => void = () => undefined;
  let finish: (found: Principal) => void = () => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const result = new Promise<Principal>((resolve) => (finish = resolve));
  const read = (): Promise<Principal> => {
    begin();
    return result;
  };
  return { read, begun, finish };
}

/** One process: its cache, and how it changes sessions. */
class Instance {
  private readonly closers: (() => Promise<unknown>)[] = [];

  private constructor(
    readonly cache: SessionCache,
    private readonly sequelize: ReturnType<typeof connect>,
    closers: (() => Promise<unknown>)[],
  ) {
    this.closers = closers;
  }

  static async start(databaseUrl: string, redisUrl: string | undefined, more = {}): Promise<Instance> {
    const settings = redisUrl === undefined ? {} : { REDIS_URL: redisUrl };
    const config = { ...parseConfig({ DATABASE_URL: databaseUrl, ...settings, ...more }), databaseUrl };
    const sequelize = connect(databaseUrl, config.database);
    const closers: (() => Promise<unknown>)[] = [() => briefly(sequelize.close())];
    const logger = createLogger({ env: 'test', logLevel: 'critical' });
    const parts = { config, logger, sequelize, metrics: new Metrics(), tracing: noTracing };
    const { sessionCache } = await openSharedState(parts, closers);
    return new Instance(sessionCache, sequelize, closers);
  }

  /** Changes a session as the repositories do. @param change is done while the transaction is open */
  async change(sessionId: string, change: () => Promise<unknown> = async () => undefined): Promise<void> {
    const transaction = await this.sequelize.transaction(async (transaction) => {
      await this.cache.block([sessionId], transaction);
      await change();
      return transaction;
    });
    await this.cache.release([sessionId], transaction);
  }

  /** The name that the cache has, without reading; undefined where it would read. */
  async remembers(sessionId: string): Promise<string | undefined> {
    return (await this.cache.find(sessionId, async () => undefined))?.user.firstName;
  }

  /** Reads a name, and resolves when it is remembered. */
  async learn(sessionId: string, name: string): Promise<void> {
    await until(async () => {
      await this.cache.find(sessionId, async () => principalOf(sessionId, name));
      return (await this.remembers(sessionId)) === name;
    });
  }

  async close(): Promise<void> {
    for (const closer of this.closers.reverse()) await closer();
  }
}

let database: TestDatabase;
let redis: RedisServer | undefined;
before(async () => {
  database = await createTestDatabase();
  redis = await startRedis();
});
after(async () => {
  await redis?.stop();
  await database.drop();
});

for (const place of ['in memory', 'in Redis'] as const) {
  describe(`sessions that two processes remember ${place}`, () => {
    let one: Instance;
    let other: Instance;
    let sessionId: string;

    before(async function () {
      if (place === 'in Redis' && !redis) return this.skip();
      const url = place === 'in Redis' ? redis?.url : undefined;
      one = await Instance.start(database.url, url);
      other = await Instance.start(database.url, url);
    });
    beforeEach(() => (sessionId = randomUUID()));
    after(async () => {
      if (place === 'in Redis' && !redis) return;
      await one.close();
      await other.close();
    });

    it('are as they were read, dates and all', async () => {
      const principal = principalOf(sessionId, 'Grace');
      await until(async () => {
        await one.cache.find(sessionId, async () => principal);
        return one.remembers(sessionId);
      });
      expect(await one.cache.find(sessionId, async () => undefined)).to.deep.equal(principal);
    });

    it('are not remembered where there are none', async () => {
      expect(await one.cache.find(sessionId, async () => undefined)).to.equal(undefined);
      expect(await one.remembers(sessionId)).to.equal(undefined);
    });

    it('are forgotten at once where they are changed, and within 100 ms elsewhere', async () => {
      await Promise.all([one.learn(sessionId, 'Grace'), other.learn(sessionId, 'Grace')]);
      await one.change(sessionId);
      expect(await one.remembers(sessionId)).to.equal(undefined);
      await until(async () => (await other.remembers(sessionId)) === undefined, 100);
      await other.learn(sessionId, 'Ada');
    });

    for (const reader of ['one', 'other'] as const) {
      it(`are not remembered from before a change, read meanwhile by ${reader} process`, async () => {
        const by = { one, other }[reader];
        const { read, begun, finish } = slowRead();
        const reading = by.cache.find(sessionId, read);
        await begun;
        await one.change(sessionId);
        finish(principalOf(sessionId, 'of before'));
        expect((await reading)?.user.firstName).to.equal('of before');
        await until(async () => (await by.remembers(sessionId)) === undefined, 100);
      });

      it(`are not remembered from within a change, read by ${reader} process`, async () => {
        const by = { one, other }[reader];
        const { read, finish } = slowRead();
        let reading: Promise<unknown> | undefined;
        await one.change(sessionId, async () => {
          reading = by.cache.find(sessionId, read);
          finish(principalOf(sessionId, 'of before'));
          await reading;
        });
        await until(async () => (await by.remembers(sessionId)) === undefined, 100);
      });
    }

    it('are remembered for SESSION_CACHE_SECONDS and no longer', async () => {
      const url = place === 'in Redis' ? redis?.url : undefined;
      const forgetful = await Instance.start(database.url, url, { SESSION_CACHE_SECONDS: '1' });
      await forgetful.learn(sessionId, 'Grace');
      const learnedAt = performance.now();
      await until(async () => (await forgetful.remembers(sessionId)) === undefined);
      const rememberedMs = performance.now() - learnedAt;
      await forgetful.close();
      // Redis says within some tenths of a second that something has expired.
      expect(rememberedMs).to.be.within(700, 3000);
    });

    it('are not remembered beyond their end', async () => {
      const soon = new Date(Date.now() + 150);
      await one.cache.find(sessionId, async () => principalOf(sessionId, 'Grace', soon));
      await until(async () => Date.now() >= soon.getTime());
      expect(await one.remembers(sessionId)).to.equal(undefined);
    });
  });
}

describe('sessions in memory whose database falls silent', () => {
  let proxy: FaultProxy;
  let instance: Instance | undefined;
  const settings = { DATABASE_CONNECT_TIMEOUT_MS: '500' };

  beforeEach(async () => (proxy = await FaultProxy.before(database.url)));
  afterEach(async () => {
    await instance?.close();
    instance = undefined;
    proxy.close();
  });

  it('are remembered again when new connections work, and not those of before', async () => {
    const sessionId = randomUUID();
    instance = await Instance.start(proxy.url, undefined, settings);
    await instance.learn(sessionId, 'Grace');
    proxy.silence();
    await until(async () => (await instance!.remembers(sessionId)) === undefined);
    await instance.learn(randomUUID(), 'Ada');
    expect(await instance.remembers(sessionId)).to.equal(undefined);
  });

  it('are remembered when it was silent from the moment it was to be listened to', async () => {
    proxy.silenceAt('LISTEN');
    instance = await Instance.start(proxy.url, undefined, settings);
    await instance.learn(randomUUID(), 'Ada');
  });

  it('do not keep their process from ending', async () => {
    instance = await Instance.start(proxy.url, undefined, settings);
    await instance.learn(randomUUID(), 'Ada');
    proxy.blackHole();
    const begin = performance.now();
    await instance.close();
    instance = undefined;
    expect(performance.now() - begin).to.be.below(3000);
  });
});

describe('sessions in Redis', () => {
  it('do not cross the network again while they are asked for again and again', async function () {
    if (!redis) return this.skip();
    const sessionId = randomUUID();
    const instance = await Instance.start(database.url, redis.url);
    const client = createClient({ url: redis.url });
    await client.connect();
    const asked = async (): Promise<number> =>
      Number(/cmdstat_get:calls=(\d+)/.exec(await client.info('commandstats'))?.[1]);
    await instance.learn(sessionId, 'Grace');
    const before = await asked();
    for (let time = 0; time < 200; time += 1) expect(await instance.remembers(sessionId)).to.equal('Grace');
    const after = await asked();
    client.destroy();
    await instance.close();
    // There are heartbeats.
    expect(after - before).to.be.below(20);
  });

  it('are blocked for longer than the slow statements of a change can take', async function () {
    if (!redis) return this.skip();
    const sessionId = randomUUID();
    const instance = await Instance.start(database.url, redis.url, { DATABASE_STATEMENT_TIMEOUT_MS: '120000' });
    const client = createClient({ url: redis.url });
    await client.connect();
    let leftMs = 0;
    await instance.change(sessionId, async () => {
      const [key] = await client.keys(`*${sessionId}`);
      leftMs = await client.pTTL(key!);
    });
    client.destroy();
    await instance.close();
    expect(leftMs).to.be.within(700_000, 720_000);
  });
});

describe('sessions in Redis that two change at once', () => {
  let one: Instance;
  let other: Instance;

  before(async function () {
    if (!redis) return this.skip();
    one = await Instance.start(database.url, redis.url);
    other = await Instance.start(database.url, redis.url);
  });
  after(async () => {
    if (!redis) return;
    await one.close();
    await other.close();
  });

  for (const name of ['the first that began', 'the last that began']) {
    it(`are not remembered before both have ended, where ${name} ends first`, async () => {
      const sessionId = randomUUID();
      const ends: (() => void)[] = [];
      const changes: Promise<void>[] = [];
      for (const instance of [one, other]) {
        await new Promise<void>((begun) => {
          const open = async (): Promise<void> => {
            begun();
            await new Promise<void>((end) => ends.push(end));
          };
          changes.push(instance.change(sessionId, open));
        });
      }
      const [first, last] = name.includes('first') ? [0, 1] : [1, 0];
      ends[first]!();
      await changes[first];
      for (const reader of [one, other]) {
        // What the first reading could leave is there before the next.
        for (const reading of ['the first', 'the second', 'the third']) {
          const found = await reader.cache.find(sessionId, async () => principalOf(sessionId, reading));
          expect(found?.user.firstName).to.equal(reading);
        }
      }
      ends[last]!();
      await changes[last];
      await Promise.all([one.learn(sessionId, 'Ada'), other.learn(sessionId, 'Ada')]);
    });
  }
});

describe('sessions in a Redis that fails', () => {
  let proxy: FaultProxy;
  let cutOff: Instance;
  let other: Instance;
  const sessionId = randomUUID();

  beforeEach(async function () {
    if (!redis) return this.skip();
    proxy = await FaultProxy.before(redis.url);
    cutOff = await Instance.start(database.url, proxy.url);
    other = await Instance.start(database.url, redis.url);
    await Promise.all([cutOff.learn(sessionId, 'Grace'), other.learn(sessionId, 'Grace')]);
  });
  afterEach(async () => {
    if (!redis) return;
    await cutOff.close();
    await other.close();
    proxy.close();
  });

  const faults: [name: string, begin: () => unknown, end: () => unknown][] = [
    ['refuses connections', () => proxy.refuse(), () => proxy.accepts()],
    ['says nothing any more', () => proxy.blackHole(), () => proxy.pass()],
  ];
  for (const [name, begin, end] of faults) {
    it(`that ${name} are read from the database, and none of before is believed when it is back`, async () => {
      await begin();
      await until(async () => (await cutOff.remembers(sessionId)) === undefined, 4000);
      await cutOff.change(sessionId);
      await end();
      await cutOff.learn(randomUUID(), 'Ada');
      expect(await cutOff.remembers(sessionId)).to.equal(undefined);
      await until(async () => (await other.remembers(sessionId)) === undefined, 100);
      await other.learn(sessionId, 'Ada');
      await until(async () => (await cutOff.remembers(sessionId)) === 'Ada');
    });
  }

  it('that an instance has only just reached are forgotten elsewhere when it changes them', async () => {
    const redisConnection = new RedisConnection(redis!.url, createLogger({ env: 'test', logLevel: 'critical' }));
    const beginner = new RedisSessionCache(
      redisConnection,
      { lifetimeMs: 60_000, statementTimeoutMs: 10_000 },
      new Metrics(),
    );
    const changed = randomUUID();
    redisConnection.onUp(async () => {
      await other.learn(changed, 'of before');
      await beginner.release([changed], {});
    });
    await redisConnection.open();
    await until(async () => (await other.remembers(changed)) === undefined, 100);
    await redisConnection.close();
  });

  it('that forgets everything are read anew', async () => {
    await redis!.empty();
    await until(async () => (await other.remembers(sessionId)) === undefined, 100);
    await Promise.all([cutOff.learn(sessionId, 'Ada'), other.learn(sessionId, 'Ada')]);
  });
});
