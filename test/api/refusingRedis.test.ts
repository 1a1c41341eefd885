import { readFile } from 'node:fs/promises';
import { createClient } from '@redis/client';
import { expect } from 'chai';
import { signedInAccount } from '../support/accounts.js';
import { startRedis, type RedisServer } from '../support/redisServer.js';
import { startTestApp, type TestApp } from '../support/testApp.js';
import { createTestDatabase, type TestDatabase } from '../support/testDatabase.js';
import { until } from '../support/until.js';

/** The Redis permissions that docs/operations.md lists. */
const operations = await readFile(new URL('../../docs/operations.md', import.meta.url), 'utf8');
const [, rights] = /^ACL SETUSER api on >\S+ (.+)$/m.exec(operations)!;

/** The error code, and the commands that cause and end it. */
const refusals: [code: string, begin: string, end: string][] = [
  ['OOM', 'CONFIG SET maxmemory 1', 'CONFIG SET maxmemory 0'],
  ['READONLY', 'REPLICAOF 127.0.0.1 1', 'REPLICAOF NO ONE'],
  ['NOPERM', 'ACL SETUSER api -eval', 'ACL SETUSER api +eval'],
];

describe('instances whose Redis rejects commands', () => {
  let database: TestDatabase;
  let redis: RedisServer | undefined;
  let apps: TestApp[] = [];
  before(async function () {
    redis = await startRedis();
    if (!redis) return this.skip();
    database = await createTestDatabase();
  });
  beforeEach(() => order(`ACL SETUSER api reset on >sesame ${rights}`));
  afterEach(async () => {
    for (const app of apps) await app.close();
    apps = [];
  });
  after(async () => {
    if (!redis) return;
    await order('ACL DELUSER api');
    await database.drop();
    await redis.stop();
  });

  /** Runs a command as the administrator of Redis. */
  async function order(command: string): Promise<void> {
    const client = createClient({ url: redis!.url });
    await client.connect();
    await client.sendCommand(command.split(' ')).finally(() => client.destroy());
  }

  async function start(password = 'sesame'): Promise<TestApp> {
    const url = new URL(redis!.url);
    url.username = 'api';
    url.password = password;
    const settings = { DATABASE_URL: database.url, REDIS_URL: url.href, RATE_LIMIT_FACTOR: '1', TRUST_PROXY: '1' };
    const app = await startTestApp(settings);
    apps.push(app);
    return app;
  }

  async function readiness(app: TestApp): Promise<string> {
    return ((await app.call('getReadiness')).body as { status: string }).status;
  }

  async function statusOf(app: TestApp, token: string): Promise<number> {
    return (await app.call('getCurrentUser', { token })).status;
  }

  /** Returns the statuses of that many logins from one address. */
  async function attempts(app: TestApp, count: number, address: string): Promise<number[]> {
    const sent = Array.from({ length: count }, (_, index) =>
      app.call('logIn', {
        headers: { 'X-Forwarded-For': address },
        body: { email: `nobody${index}@example.com`, password: 'wrong' },
      }),
    );
    return (await Promise.all(sent)).map(({ status }) => status);
  }

  const lines = (app: TestApp, start: string): Record<string, unknown>[] =>
    app.logLines().filter(({ msg }) => String(msg).startsWith(start));

  for (const [index, [code, begin, end]] of refusals.entries()) {
    it(`continue without it on ${code}, log that once, and recover`, async () => {
      const address = `192.0.2.${10 + index}`;
      const [one, other] = [await start(), await start()];
      for (const app of apps) expect(await readiness(app)).to.equal('ok');
      const { token } = await signedInAccount(one);
      for (const app of apps) expect(await statusOf(app, token)).to.equal(200);

      await order(begin);
      for (const app of apps) await until(async () => (await readiness(app)) === 'degraded');
      for (const app of apps) {
        expect(await statusOf(app, token)).to.equal(200);
        const statuses = await attempts(app, 23, address);
        expect(statuses.filter((status) => status === 401)).to.have.length(20);
        expect(statuses.filter((status) => status === 429)).to.have.length(3);
      }
      expect((await one.call('logOut', { token })).status).to.equal(204);
      for (const app of apps) expect(await statusOf(app, token)).to.equal(401);
      expect(await readiness(other), 'degraded as long as it is refused').to.equal('degraded');

      await order(end);
      for (const app of apps) await until(async () => (await readiness(app)) === 'ok');
      for (const app of apps) {
        expect(await statusOf(app, token), 'after the return').to.equal(401);
        expect(lines(app, 'Redis answers'), 'beginnings').to.have.length(2);
        expect(lines(app, 'Redis does not answer')).to.deep.equal([]);
        const [line, ...more] = lines(app, 'Redis rejects');
        expect(more).to.deep.equal([]);
        expect(line).to.include({ level: 'warning', code, times: 1 });
        expect(line).to.have.all.keys('level', 'time', 'code', 'times', 'msg');
      }
    });
  }

  it('start without Redis when it rejects the password, say why, and reconnect later', async () => {
    const app = await start('parsley');
    expect(await readiness(app)).to.equal('degraded');
    expect((await signedInAccount(app)).token).to.be.a('string');
    expect(lines(app, 'Redis ').map(({ msg, code }) => [msg, code])).to.deep.equal([
      ['Redis rejects commands; continuing without it', 'WRONGPASS'],
    ]);
    await order('ACL SETUSER api >parsley');
    await until(async () => (await readiness(app)) === 'ok');
  });
});
