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

/** How soon everybody knows, in milliseconds. */
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

/** Waits for so many statements to wait for a lock. */
async function untilWaiting(count: number): Promise<void> {
  const client = new pg.Client({ connectionString: asSuperuser(database.url) });
  await client.connect();
  const sql = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  await until(async () => (await client.query(sql)).rows.length === count).finally(() => client.end());
}

/** Another session of the same person. */
async function signInAgain(app: TestApp, { email, password }: TestAccount): Promise<TestAccount> {
  const response = await app.call('logIn', { body: { email, password } });
  return { ...heldBy(response), email, password };
}

/** What ends somebody's sessions. `account` is who it happens to, `again` another session of theirs. */
const ends: [what: string, code: string, end: (app: TestApp, account: TestAccount, again: TestAccount) => unknown][] = [
  ['signs out', 'session_ended', (app, { token }) => app.call('logOut', { token })],
  [
    'signs out elsewhere',
    'session_ended',
    (app, _account, { token }) => app.call('logOut', { token, body: { scope: 'others' } }),
  ],
  [
    'signs out everywhere',
    'session_ended',
    (app, _account, { token }) => app.call('logOut', { token, body: { scope: 'all' } }),
  ],
  [
    'ends the session in their list',
    'session_ended',
    (app, { sessionId }, { token }) => app.call('endSession', { token, path: { session_id: sessionId } }),
  ],
  [
    'changes their password elsewhere',
    'session_ended',
    (app, { password }, { token }) =>
      app.call('changePassword', { token, body: { current_password: password, new_password: `${password} again` } }),
  ],
  [
    'chooses a new password by the link of a mail',
    'session_ended',
    async (app, { email, password }) => {
      await mails.next(email);
      await app.call('forgotPassword', { body: { email } });
      const token = await mails.nextToken(email);
      return app.call('resetPassword', { body: { token, password: `${password} again` } });
    },
  ],
  [
    'deletes their account',
    'session_ended',
    (app, { password }, { token }) => app.call('deleteCurrentUser', { token, body: { password } }),
  ],
  [
    'is deactivated by an administrator',
    'session_ended',
    async (app, { id }) => {
      const { token } = await signedInAdmin(app);
      return app.call('updateUser', { token, path: { user_id: id }, body: { is_active: false } });
    },
  ],
  [
    'has their sessions revoked by an administrator',
    'session_ended',
    async (app, { id }) => {
      const { token } = await signedInAdmin(app);
      return app.call('revokeUserSessions', { token, path: { user_id: id } });
    },
  ],
];

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

    for (const [what, code, end] of ends) {
      it(`refuses a session at once when its person ${what}, and the other instance does within ${soonMs} ms`, async () => {
        const account = await signedInAccount(one);
        const again = await signInAgain(one, account);
        for (const app of [one, other]) expect(await codeOf(app, account.token)).to.equal(undefined);
        const { status } = (await end(one, account, again)) as { status: number };
        expect(status).to.be.within(200, 204);
        expect(await codeOf(one, account.token)).to.equal(code);
        await until(async () => (await codeOf(other, account.token)) === code, soonMs);
      });
    }

    it('has a changed role and a changed name at once, and the other instance within 100 ms', async () => {
      const { id, token } = await signedInAccount(one);
      const admin = await signedInAdmin(one);
      const read = async (app: TestApp): Promise<object> =>
        (await app.call('getCurrentUser', { token })).body as object;
      for (const app of [one, other]) expect(await read(app)).to.include({ role: 'user' });
      await one.call('updateUser', { token: admin.token, path: { user_id: id }, body: { role: 'admin' } });
      expect(await read(one)).to.include({ role: 'admin' });
      await until(
        async () => 'role' in (await read(other)) && JSON.stringify(await read(other)).includes('admin'),
        soonMs,
      );
      await other.call('updateCurrentUser', { token, body: { first_name: 'Augusta' } });
      expect(await read(other)).to.include({ first_name: 'Augusta' });
      await until(async () => JSON.stringify(await read(one)).includes('Augusta'), soonMs);
    });

    it('has a changed address as soon as it is confirmed, and the other instance within 100 ms', async () => {
      const { token, password } = await signedInAccount(one);
      const read = async (app: TestApp): Promise<object> =>
        (await app.call('getCurrentUser', { token })).body as object;
      const { email } = newAccount();
      await one.call('changeEmail', { token, body: { email, password } });
      const link = await mails.nextToken(email);
      for (const app of [one, other]) expect(await read(app)).to.not.include({ email });
      expect(await one.call('verifyEmail', { body: { token: link, password } })).to.include({ status: 200 });
      expect(await read(one)).to.include({ email });
      await until(async () => JSON.stringify(await read(other)).includes(email), soonMs);
    });

    it('goes on with a session that is refreshed', async () => {
      const { token, refreshToken } = await signedInAccount(one);
      expect(await codeOf(other, token)).to.equal(undefined);
      const response = await one.call('refreshTokens', { body: { refresh_token: refreshToken } });
      expect(await codeOf(other, heldBy(response).token)).to.equal(undefined);
    });
  });
}

describe('an instance that hears nothing of its COMMIT', () => {
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
    it(`and ${what} has no instance remember what was before, should it be applied late`, async () => {
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

  /** Tries to sign in so many times in turns, from one address, and returns the statuses. */
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

  it('count requests together, also those that race, and tell for how long they refuse the next', async () => {
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
    it(`go on without it when it ${name}: limits hold for each, sessions end, and all returns by itself`, async () => {
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

  it('log why it does not answer, once for each reason, and no password', async () => {
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

  it('start without it, and say that they are degraded', async () => {
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
