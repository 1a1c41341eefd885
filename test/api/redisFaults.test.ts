import { readFile } from 'node:fs/promises';
import { createClient } from '@redis/client';
import { expect } from 'chai';
import { logIn, newAccount, signedInAccount, tokenError } from '../support/accounts.js';
import { FaultProxy } from '../support/faultProxy.js';
import { startRedis, type RedisServer } from '../support/redisServer.js';
import { startTestApp, type TestApp } from '../support/testApp.js';
import { createTestDatabase, type TestDatabase } from '../support/testDatabase.js';
import { until } from '../support/until.js';

/** The Redis permissions that docs/operations.md lists. */
const operations = await readFile(new URL('../../docs/operations.md', import.meta.url), 'utf8');
const [, rights] = /^ACL SETUSER api on >\S+ (.+)$/m.exec(operations)!;

describe('instances with Redis', () => {
  let database: TestDatabase;
  let redis: RedisServer | undefined;
  let proxy: FaultProxy;
  let apps: TestApp[] = [];
  before(async function () {
    redis = await startRedis();
    if (!redis) return this.skip();
    database = await createTestDatabase();
  });
  beforeEach(async () => {
    await redis!.empty();
    await order(`ACL SETUSER api reset on >sesame ${rights}`);
    proxy = await FaultProxy.before(redis!.url);
  });
  afterEach(async () => {
    for (const app of apps) await app.close();
    apps = [];
    proxy.close();
  });
  after(async () => {
    if (!redis) return;
    await order('ACL DELUSER api');
    await database.drop();
    await redis.stop();
  });

  /** Runs a command as the administrator of Redis. */
  async function order(command: string): Promise<void> {
    const client = await createClient({ url: redis!.url }).connect();
    await client.sendCommand(command.split(' ')).finally(() => client.destroy());
  }

  async function start(password = 'sesame'): Promise<TestApp> {
    const url = Object.assign(new URL(proxy.url), { username: 'api', password }).href;
    const settings = { DATABASE_URL: database.url, REDIS_URL: url, RATE_LIMIT_FACTOR: '1', TRUST_PROXY: '1' };
    const app = await startTestApp(settings);
    apps.push(app);
    return app;
  }

  async function readiness(app: TestApp): Promise<string> {
    return ((await app.call('getReadiness')).body as { status: string }).status;
  }

  async function untilAllAre(status: 'ok' | 'degraded'): Promise<void> {
    for (const app of apps) await until(async () => (await readiness(app)) === status);
  }

  /** What all instances answer to a token: one value, if they agree. */
  async function tokenErrors(token: string): Promise<Set<string | undefined>> {
    return new Set(await Promise.all(apps.map((app) => tokenError(app, token))));
  }

  /** Returns the statuses of that many logins from one network address, alternating between the instances. */
  async function attempts(count: number, address: string): Promise<number[]> {
    const statuses: number[] = [];
    for (let n = 0; n < count; n += 1) {
      const headers = { 'X-Forwarded-For': address };
      statuses.push((await logIn(apps[n % apps.length]!, newAccount(), { headers })).status);
    }
    return statuses;
  }

  const lines = (app: TestApp, start: string): Record<string, unknown>[] =>
    app.logLines().filter(({ msg }) => String(msg).startsWith(start));

  it('share rate limits, even between concurrent requests, and say how long to wait', async () => {
    const [, other] = [await start(), await start()];
    const raced = await Promise.all(Array.from({ length: 12 }, () => attempts(2, '192.0.2.1')));
    expect(raced.flat().filter((status) => status === 401)).to.have.length(20);
    const client = await createClient({ url: redis!.url }).connect();
    for (const key of await client.keys('smart-audit:count:logIn:*')) await client.expire(key, 20);
    client.destroy();
    const refused = await logIn(other, newAccount(), { headers: { 'X-Forwarded-For': '192.0.2.1' } });
    expect(refused.status).to.equal(429);
    expect(Number(refused.headers['retry-after'])).to.be.within(10, 20);
  });

  const faults: [name: string, begin: () => unknown, end: () => unknown, code?: string][] = [
    ['is gone', () => proxy.refuse(), () => proxy.accepts()],
    ['does not answer', () => proxy.blackHole(), () => proxy.pass()],
    ['is full', () => order('CONFIG SET maxmemory 1'), () => order('CONFIG SET maxmemory 0'), 'OOM'],
    ['is a replica', () => order('REPLICAOF 127.0.0.1 1'), () => order('REPLICAOF NO ONE'), 'READONLY'],
    ['denies a command', () => order('ACL SETUSER api -eval'), () => order('ACL SETUSER api +eval'), 'NOPERM'],
  ];
  for (const [index, [name, begin, end, code]] of faults.entries()) {
    it(`continue without it when it ${name}, with limits and revocation, and recover`, async () => {
      const one = await start();
      await start();
      const { token } = await signedInAccount(one);
      await untilAllAre('ok');
      expect(await tokenErrors(token)).to.have.keys([undefined]);

      await begin();
      await untilAllAre('degraded');
      expect(await tokenErrors(token)).to.have.keys([undefined]);
      const statuses = await attempts(48, `192.0.2.${10 + index}`);
      expect(statuses).to.deep.equal([...Array<number>(40).fill(401), ...Array<number>(8).fill(429)]);
      expect((await one.call('logOut', { token })).status).to.equal(204);
      expect(await tokenErrors(token)).to.have.keys(['session_ended']);
      for (const app of apps) expect(await readiness(app), 'while the fault lasts').to.equal('degraded');

      await end();
      await untilAllAre('ok');
      expect(await tokenErrors(token)).to.have.keys(['session_ended']);
      expect(await attempts(1, '192.0.2.4')).to.deep.equal([401]);
      if (code === undefined) return;
      for (const app of apps) {
        expect(lines(app, 'Redis answers')).to.have.length(2);
        expect(lines(app, 'Redis does not answer')).to.deep.equal([]);
        const [line, ...more] = lines(app, 'Redis rejects');
        expect(more).to.deep.equal([]);
        expect(line).to.include({ level: 'warning', code, times: 1 });
        expect(line).to.have.all.keys('level', 'time', 'code', 'times', 'msg');
      }
    });
  }

  it('start without it when it is gone, and connect later', async () => {
    await proxy.refuse();
    const app = await start();
    expect(await readiness(app)).to.equal('degraded');
    const { token } = await signedInAccount(app);
    expect(await tokenError(app, token)).to.equal(undefined);
    await proxy.accepts();
    await untilAllAre('ok');
  });

  it('start without it when it rejects the password, log each reason once, and connect later', async () => {
    const app = await start('not-this-one');
    const reasons = (): string[] =>
      lines(app, 'Redis does not answer').map(({ err }) => (err as { message: string }).message);
    expect(await readiness(app)).to.equal('degraded');
    expect((await signedInAccount(app)).token).to.be.a('string');
    expect(lines(app, 'Redis ').map(({ msg, code }) => [msg, code])).to.deep.equal([
      ['Redis rejects commands; continuing without it', 'WRONGPASS'],
    ]);
    await proxy.refuse();
    await until(async () => reasons().some((reason) => reason.includes('ECONNREFUSED')));
    await proxy.accepts();
    await order('ACL SETUSER api >not-this-one');
    await untilAllAre('ok');
    expect(reasons()).to.deep.equal([...new Set(reasons())]);
    expect(app.logText()).not.to.contain('not-this-one');
  });
});
