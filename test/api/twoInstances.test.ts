import { createClient } from '@redis/client';
import { expect } from 'chai';
import pg from 'pg';
import { heldBy, newAccount, signedInAccount, signedInAdmin, type TestAccount } from '../support/accounts.js';
import { FaultProxy } from '../support/faultProxy.js';
import { MailServer } from '../support/mailServer.js';
import { startRedis, type RedisServer } from '../support/redisServer.js';
import { startTestApp, type TestApp } from '../support/testApp.js';
import { asSuperuser, createTestDatabase, type TestDatabase } from '../support/testDatabase.js';
import { until } from '../support/until.js';

/** Time until every instance knows, in milliseconds. */
const soonMs = 100;

let database: TestDatabase;
let redis: RedisServer | undefined;
let mails: MailServer;
before(async () => {
  database = await createTestDatabase();
  mails = await MailServer.start();
  redis = await startRedis();
});
after(async () => {
  await redis?.stop();
  await mails.close();
  await database.drop();
});

async function codeOf(app: TestApp, token: string): Promise<string | undefined> {
  const response = await app.call('getCurrentUser', { token });
  return (response.body as { code?: string }).code;
}

/** Waits until this many statements wait for a lock. */
async function untilWaiting(count: number): Promise<void> {
  const client = new pg.Client({ connectionString: asSuperuser(database.url) });
  await client.connect();
  const sql = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  await until(async () => (await client.query(sql)).rows.length === count).finally(() => client.end());
}

/** Another session of the same account. */
async function signInAgain(app: TestApp, { email, password }: TestAccount): Promise<TestAccount> {
  const response = await app.call('logIn', { body: { email, password } });
  return { ...heldBy(response), email, password };
}

type End = (app: TestApp, account: TestAccount, again: TestAccount) => unknown;

/** Everything that ends a session of `account`; `again` is another session of the same account. */
const ends: Record<string, End> = {
  'logs out': (app, { token }) => app.call('logOut', { token }),
  'logs out elsewhere': (app, _account, { token }) => app.call('logOut', { token, body: { scope: 'others' } }),
  'logs out everywhere': (app, _account, { token }) => app.call('logOut', { token, body: { scope: 'all' } }),
  'ends the session from the list': (app, { sessionId }, { token }) =>
    app.call('endSession', { token, path: { session_id: sessionId } }),
  'changes the password elsewhere': (app, { password }, { token }) =>
    app.call('changePassword', { token, body: { current_password: password, new_password: `${password} again` } }),
  'resets the password': async (app, { email, password }) => {
    await mails.next(email);
    await app.call('forgotPassword', { body: { email } });
    const token = await mails.nextToken(email);
    return app.call('resetPassword', { body: { token, password: `${password} again` } });
  },
  'deletes the account': (app, { password }, { token }) => app.call('deleteCurrentUser', { token, body: { password } }),
  'is deactivated by an administrator': async (app, { id }) => {
    const { token } = await signedInAdmin(app);
    return app.call('updateUser', { token, path: { user_id: id }, body: { is_active: false } });
  },
  'has all sessions revoked by an administrator': async (app, { id }) => {
    const { token } = await signedInAdmin(app);
    return app.call('revokeUserSessions', { token, path: { user_id: id } });
  },
};

for (const place of ['nowhere', 'in Redis'] as const) {
  describe(`an instance that caches sessions ${place}`, () => {
    let one: TestApp;
    let other: TestApp;

    before(async function () {
      if (place === 'in Redis' && !redis) return this.skip();
      const settings: Record<string, string> = { DATABASE_URL: database.url };
      if (place === 'in Redis') settings['REDIS_URL'] = redis!.url;
      one = await startTestApp({ ...settings, SMTP_URL: mails.url });
      other = await startTestApp(settings);
    });
    after(async () => {
      if (place === 'in Redis' && !redis) return;
      await one.close();
      await other.close();
    });

    it(`reads a session ${place === 'nowhere' ? 'at every request' : 'once'}`, async () => {
      const { token } = await signedInAccount(one);
      for (const app of [one, other]) expect(await codeOf(app, token)).to.equal(undefined);
      const blocker = new pg.Client({ connectionString: database.url });
      await blocker.connect();
      await blocker.query('BEGIN; LOCK TABLE sessions IN ACCESS EXCLUSIVE MODE');
      const answers = Promise.all([one, other].map((app) => codeOf(app, token)));
      if (place === 'nowhere') await untilWaiting(2);
      else expect(await answers).to.deep.equal([undefined, undefined]);
      await blocker.end();
      expect(await answers).to.deep.equal([undefined, undefined]);
    });

    for (const [what, end] of Object.entries(ends)) {
      it(`rejects a session at once when its owner ${what}, and on the other instance within ${soonMs} ms`, async () => {
        const account = await signedInAccount(one);
        const again = await signInAgain(one, account);
        for (const app of [one, other]) expect(await codeOf(app, account.token)).to.equal(undefined);
        const { status } = (await end(one, account, again)) as { status: number };
        expect(status).to.be.within(200, 204);
        expect(await codeOf(one, account.token)).to.equal('session_ended');
        await until(async () => (await codeOf(other, account.token)) === 'session_ended', soonMs);
      });
    }

    it(`shows a changed role, name and address at once, and on the other instance within ${soonMs} ms`, async () => {
      const { id, token, password } = await signedInAccount(one);
      const admin = await signedInAdmin(one);
      const { email } = newAccount();
      await one.call('changeEmail', { token, body: { email, password } });
      const link = await mails.nextToken(email);
      const read = async (app: TestApp): Promise<string> => (await app.call('getCurrentUser', { token })).text;
      const changes: [wanted: string, by: TestApp, change: () => Promise<unknown>][] = [
        [
          '"admin"',
          one,
          () => one.call('updateUser', { token: admin.token, path: { user_id: id }, body: { role: 'admin' } }),
        ],
        ['"Augusta"', other, () => other.call('updateCurrentUser', { token, body: { first_name: 'Augusta' } })],
        [`"${email}"`, one, () => one.call('verifyEmail', { body: { token: link, password } })],
      ];
      for (const [wanted, by, change] of changes) {
        for (const app of [one, other]) expect(await read(app)).not.to.contain(wanted);
        await change();
        expect(await read(by)).to.contain(wanted);
        await until(async () => (await read(by === one ? other : one)).includes(wanted), soonMs);
      }
    });

    it('accepts a session that another instance refreshed', async () => {
      const { token, refreshToken } = await signedInAccount(one);
      expect(await codeOf(other, token)).to.equal(undefined);
      const response = await one.call('refreshTokens', { body: { refresh_token: refreshToken } });
      expect(await codeOf(other, heldBy(response).token)).to.equal(undefined);
    });
  });
}

describe('an instance that gets no response to COMMIT', () => {
  let proxy: FaultProxy;
  let one: TestApp;
  let other: TestApp;

  before(async function () {
    if (!redis) return this.skip();
    proxy = await FaultProxy.before(database.url);
    const settings = { REDIS_URL: redis.url, DATABASE_STATEMENT_TIMEOUT_MS: '1500' };
    one = await startTestApp({ ...settings, DATABASE_URL: proxy.url });
    other = await startTestApp({ ...settings, DATABASE_URL: database.url });
  });
  after(async () => {
    if (!redis) return;
    await one.close();
    await other.close();
    proxy.close();
  });

  const changes: [what: string, change: (account: TestAccount, again: TestAccount) => Promise<{ status: number }>][] = [
    ['ends sessions', ({ token }) => one.call('logOut', { token, body: { scope: 'all' } })],
    [
      'changes a password',
      ({ password }, { token }) => {
        const body = { current_password: password, new_password: `${password} again` };
        return one.call('changePassword', { token, body });
      },
    ],
  ];
  for (const [what, change] of changes) {
    it(`${what} without leaving stale cache entries when the COMMIT is applied late`, async () => {
      const account = await signedInAccount(one);
      const again = await signInAgain(one, account);
      expect(await codeOf(other, account.token)).to.equal(undefined);
      proxy.silenceAt('COMMIT');
      expect(await change(account, again)).to.include({ status: 503 });
      expect(await codeOf(other, account.token)).to.equal(undefined);
      proxy.pass();
      await until(async () => (await codeOf(other, account.token)) === 'session_ended', 1000);
    });
  }
});

describe('instances with Redis', () => {
  let proxy: FaultProxy;
  let one: TestApp;
  let other: TestApp;

  beforeEach(async function () {
    if (!redis) return this.skip();
    await redis.empty();
    proxy = await FaultProxy.before(redis.url);
    const settings = { DATABASE_URL: database.url, REDIS_URL: proxy.url, RATE_LIMIT_FACTOR: '1', TRUST_PROXY: '1' };
    one = await startTestApp(settings);
    other = await startTestApp(settings);
  });
  afterEach(async () => {
    if (!redis) return;
    await one.close();
    await other.close();
    proxy.close();
  });

  /** Returns the statuses of that many logins from one address, alternating between the instances. */
  async function attempts(count: number, address: string): Promise<number[]> {
    const statuses: number[] = [];
    for (let attempt = 0; attempt < count; attempt += 1) {
      const app = attempt % 2 ? other : one;
      const headers = { 'X-Forwarded-For': address };
      const body = { email: newAccount().email, password: 'wrong' };
      statuses.push((await app.call('logIn', { headers, body })).status);
    }
    return statuses;
  }

  const readiness = async (app: TestApp): Promise<string> => {
    const response = await app.call('getReadiness');
    return (response.body as { status: string }).status;
  };

  it('share rate limits, even between concurrent requests, and say how long to wait', async () => {
    const raced = await Promise.all(Array.from({ length: 12 }, () => attempts(2, '192.0.2.1')));
    expect(raced.flat().filter((status) => status === 401)).to.have.length(20);
    const client = await createClient({ url: redis!.url }).connect();
    for (const key of await client.keys('smart-audit:count:logIn:*')) await client.expire(key, 20);
    client.destroy();
    const refused = await other.call('logIn', { headers: { 'X-Forwarded-For': '192.0.2.1' }, body: {} });
    expect(refused.status).to.equal(429);
    expect(Number(refused.headers['retry-after'])).to.be.within(10, 20);
  });

  const faults: [name: string, begin: () => unknown, end: () => unknown][] = [
    ['is gone', () => proxy.refuse(), () => proxy.accepts()],
    ['says nothing any more', () => proxy.blackHole(), () => proxy.pass()],
  ];
  for (const [name, begin, end] of faults) {
    it(`continue without it when it ${name}, with limits and revocation, and recover`, async () => {
      const account = await signedInAccount(one);
      for (const app of [one, other]) {
        expect(await codeOf(app, account.token)).to.equal(undefined);
        expect(await readiness(app)).to.equal('ok');
      }
      await begin();
      await until(async () => (await readiness(one)) === 'degraded' && (await readiness(other)) === 'degraded');
      for (const app of [one, other]) expect(await codeOf(app, account.token)).to.equal(undefined);
      const statuses = await attempts(48, '192.0.2.3');
      expect(statuses.filter((status) => status === 401)).to.have.length(40);
      expect(statuses.slice(40)).to.deep.equal(Array<number>(8).fill(429));

      await one.call('logOut', { token: account.token });
      for (const app of [one, other]) expect(await codeOf(app, account.token)).to.equal('session_ended');
      await end();
      await until(async () => (await readiness(one)) === 'ok' && (await readiness(other)) === 'ok');
      for (const app of [one, other]) expect(await codeOf(app, account.token)).to.equal('session_ended');
      expect((await attempts(1, '192.0.2.4'))[0]).to.equal(401);
    });
  }

  it('log each reason of an outage once, without the password', async () => {
    const url = Object.assign(new URL(proxy.url), { username: 'nobody', password: 'not-this-one' }).href;
    const app = await startTestApp({ DATABASE_URL: database.url, REDIS_URL: url });
    const warnings = (start: string): Record<string, unknown>[] =>
      app.logLines().filter(({ msg }) => String(msg).startsWith(start));
    const reasons = (): string[] =>
      warnings('Redis does not answer').map(({ err }) => (err as { message: string }).message);
    expect(warnings('Redis rejects').map(({ code }) => code)).to.deep.equal(['WRONGPASS']);
    await proxy.refuse();
    await until(async () => reasons().some((reason) => reason.includes('ECONNREFUSED')));
    await app.close();
    expect(reasons()).to.deep.equal([...new Set(reasons())]);
    expect(app.logText()).not.to.contain('not-this-one');
    await proxy.accepts();
  });

  it('start without it as degraded', async () => {
    await proxy.refuse();
    const late = await startTestApp({ DATABASE_URL: database.url, REDIS_URL: proxy.url });
    expect(await readiness(late)).to.equal('degraded');
    const { token } = await signedInAccount(late);
    expect(await codeOf(late, token)).to.equal(undefined);
    await proxy.accepts();
    await until(async () => (await readiness(late)) === 'ok');
    await late.close();
  });
});
