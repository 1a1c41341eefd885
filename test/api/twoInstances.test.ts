import { expect } from 'chai';
import {
  heldBy,
  logIn,
  newAccount,
  signedInAccount,
  signedInAdmin,
  tokenError,
  type TestAccount,
} from '../support/accounts.js';
import { FaultProxy } from '../support/faultProxy.js';
import { MailServer } from '../support/mailServer.js';
import { startRedis, type RedisServer } from '../support/redisServer.js';
import { startTestApp, type TestApp } from '../support/testApp.js';
import { createTestDatabase, type TestDatabase } from '../support/testDatabase.js';
import { until } from '../support/until.js';
import { untilWaiting } from '../support/untilOneWaits.js';

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

/** Another session of the same account. */
async function logInAgain(app: TestApp, account: TestAccount): Promise<TestAccount> {
  return { ...account, ...heldBy(await logIn(app, account)) };
}

const changePassword = (app: TestApp, { token, password }: TestAccount): Promise<{ status: number }> =>
  app.call('changePassword', { token, body: { current_password: password, new_password: `${password} again` } });

/** An operation of an administrator on an account. */
async function administer(app: TestApp, operationId: string, { id }: TestAccount, body?: object): Promise<unknown> {
  const { token } = await signedInAdmin(app);
  return app.call(operationId, { token, path: { user_id: id }, ...(body && { body }) });
}

type End = (app: TestApp, account: TestAccount, again: TestAccount) => unknown;

/** Everything that ends a session of `account`; `again` is another session of the same account. */
const ends: Record<string, End> = {
  'logs out': (app, { token }) => app.call('logOut', { token }),
  'logs out elsewhere': (app, _account, { token }) => app.call('logOut', { token, body: { scope: 'others' } }),
  'logs out everywhere': (app, _account, { token }) => app.call('logOut', { token, body: { scope: 'all' } }),
  'ends the session from the list': (app, { sessionId }, { token }) =>
    app.call('endSession', { token, path: { session_id: sessionId } }),
  'changes the password elsewhere': (app, _account, again) => changePassword(app, again),
  'resets the password': async (app, { email, password }) => {
    await mails.next(email);
    await app.call('forgotPassword', { body: { email } });
    const token = await mails.nextToken(email);
    return app.call('resetPassword', { body: { token, password: `${password} again` } });
  },
  'deletes the account': (app, { password }, { token }) => app.call('deleteCurrentUser', { token, body: { password } }),
  'is deactivated by an administrator': (app, account) => administer(app, 'updateUser', account, { is_active: false }),
  'has all sessions revoked by an administrator': (app, account) => administer(app, 'revokeUserSessions', account),
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
      for (const app of [one, other]) expect(await tokenError(app, token)).to.equal(undefined);
      const read = await one.sequelize.transaction(async (transaction) => {
        await one.sequelize.query('LOCK TABLE sessions IN ACCESS EXCLUSIVE MODE', { transaction });
        const answers = Promise.all([one, other].map((app) => tokenError(app, token)));
        await (place === 'nowhere' ? untilWaiting(one.sequelize, 2) : answers);
        return { answers };
      });
      expect(await read.answers).to.deep.equal([undefined, undefined]);
    });

    for (const [what, end] of Object.entries(ends)) {
      it(`rejects a session at once when its owner ${what}, and on the other instance within ${soonMs} ms`, async () => {
        const account = await signedInAccount(one);
        const again = await logInAgain(one, account);
        for (const app of [one, other]) expect(await tokenError(app, account.token)).to.equal(undefined);
        const { status } = (await end(one, account, again)) as { status: number };
        expect(status).to.be.within(200, 204);
        expect(await tokenError(one, account.token)).to.equal('session_ended');
        await until(async () => (await tokenError(other, account.token)) === 'session_ended', soonMs);
      });
    }

    it(`shows a changed role, name and address at once, and on the other instance within ${soonMs} ms`, async () => {
      const account = await signedInAccount(one);
      const { token, password } = account;
      const { email } = newAccount();
      await one.call('changeEmail', { token, body: { email, password } });
      const link = await mails.nextToken(email);
      const read = async (app: TestApp): Promise<string> => (await app.call('getCurrentUser', { token })).text;
      const changes: [wanted: string, by: TestApp, change: () => Promise<unknown>][] = [
        ['"admin"', one, () => administer(one, 'updateUser', account, { role: 'admin' })],
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
      expect(await tokenError(other, token)).to.equal(undefined);
      const response = await one.call('refreshTokens', { body: { refresh_token: refreshToken } });
      expect(await tokenError(other, heldBy(response).token)).to.equal(undefined);
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
    ['changes a password', (_account, again) => changePassword(one, again)],
  ];
  for (const [what, change] of changes) {
    it(`${what} without leaving stale cache entries when the COMMIT is applied late`, async () => {
      const account = await signedInAccount(one);
      const again = await logInAgain(one, account);
      expect(await tokenError(other, account.token)).to.equal(undefined);
      proxy.silenceAt('COMMIT');
      expect(await change(account, again)).to.include({ status: 503 });
      expect(await tokenError(other, account.token)).to.equal(undefined);
      proxy.pass();
      await until(async () => (await tokenError(other, account.token)) === 'session_ended', 1000);
    });
  }
});
