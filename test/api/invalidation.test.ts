import { expect } from 'chai';
import type { Response } from 'supertest';
import {
  logIn,
  newAccount,
  signedInAccount,
  signedInAdmin,
  tokenError,
  type TestAccount,
} from '../support/accounts.js';
import { linkedAccount, type LinkedAccount } from '../support/linkedAccount.js';
import { passMinute, startMailedApp, untilJobsDone } from '../support/mailedApp.js';
import type { MailServer } from '../support/mailServer.js';
import { codeOf, startTestApp, type TestApp } from '../support/testApp.js';
import { until } from '../support/until.js';

const chosen = 'a password chosen meanwhile';

describe('revocation', () => {
  let mails: MailServer;
  let app: TestApp;
  let admin: TestAccount;
  before(async () => {
    ({ app, mails } = await startMailedApp());
    admin = await signedInAdmin(app);
  });
  after(() => app.close());

  const verify = (token: string, password: string): Promise<Response> =>
    app.call('verifyEmail', { body: { token, password } });
  const reset = (token: string, password: string): Promise<Response> =>
    app.call('resetPassword', { body: { token, password } });

  /** Whether each thing still works, checked with as few side effects as possible. */
  const checks = {
    session: async ({ token }: LinkedAccount) => (await tokenError(app, token)) === undefined,
    otherSession: async ({ otherToken }: LinkedAccount) => (await tokenError(app, otherToken)) === undefined,
    verifyLink: async ({ verifyLink }: LinkedAccount) => codeOf(await verify(verifyLink, 'wrong')) === 'wrong_password',
    resetLink: async ({ resetLink }: LinkedAccount) =>
      codeOf(await reset(resetLink, 'password1')) === 'password_too_common',
    password: async ({ id, password }: LinkedAccount) => {
      // The address may have changed.
      const [user] = await app.sql('SELECT email FROM users WHERE id = $1', id);
      return user !== undefined && (await logIn(app, { email: String(user['email']), password })).status === 200;
    },
    changeLink: async ({ changeLink, password }: LinkedAccount) => (await verify(changeLink, password)).status === 200,
  };

  type Thing = keyof typeof checks;

  async function workingThings(person: LinkedAccount): Promise<string[]> {
    const working: string[] = [];
    for (const [thing, works] of Object.entries(checks)) if (await works(person)) working.push(thing);
    return working;
  }

  const logOut = (token: string, scope: string): Promise<Response> => app.call('logOut', { token, body: { scope } });
  const setActive = (id: string, isActive: boolean): Promise<Response> =>
    app.call('updateUser', { token: admin.token, path: { user_id: id }, body: { is_active: isActive } });

  /** Each event, and what remains valid after it. */
  const events: Record<string, { happen: (person: LinkedAccount) => Promise<unknown>; remains: Thing[] }> = {
    'a login': {
      happen: (person) => logIn(app, person),
      remains: ['session', 'otherSession', 'verifyLink', 'resetLink', 'password', 'changeLink'],
    },
    'a changed password': {
      happen: ({ token, password }) =>
        app.call('changePassword', { token, body: { current_password: password, new_password: chosen } }),
      remains: ['session'],
    },
    'a reset password': { happen: ({ resetLink }) => reset(resetLink, chosen), remains: [] },
    'a deactivation, even once the account is active again': {
      happen: async ({ id }) => {
        await setActive(id, false);
        await setActive(id, true);
      },
      remains: ['password'],
    },
    'a revocation by an administrator': {
      happen: ({ id }) => app.call('revokeUserSessions', { token: admin.token, path: { user_id: id } }),
      remains: ['password'],
    },
    'a changed address': {
      happen: ({ changeLink, password }) => verify(changeLink, password),
      remains: ['session', 'otherSession', 'password'],
    },
    'a request to change to an address that is taken': {
      happen: ({ token, password }) => app.call('changeEmail', { token, body: { email: admin.email, password } }),
      remains: ['session', 'otherSession', 'verifyLink', 'resetLink', 'password'],
    },
    'a confirmed address': {
      happen: ({ verifyLink, password }) => verify(verifyLink, password),
      remains: ['session', 'otherSession', 'resetLink', 'password', 'changeLink'],
    },
    'a logout': {
      happen: ({ token }) => app.call('logOut', { token }),
      remains: ['otherSession', 'verifyLink', 'resetLink', 'password', 'changeLink'],
    },
    'a logout of the others': {
      happen: ({ token }) => logOut(token, 'others'),
      remains: ['session', 'verifyLink', 'resetLink', 'password', 'changeLink'],
    },
    'a logout everywhere': {
      happen: ({ token }) => logOut(token, 'all'),
      remains: ['verifyLink', 'resetLink', 'password', 'changeLink'],
    },
    'a deletion': {
      happen: ({ token, password }) => app.call('deleteCurrentUser', { token, body: { password } }),
      remains: [],
    },
  };

  for (const [event, { happen, remains }] of Object.entries(events)) {
    it(`leaves ${remains.join(', ') || 'nothing'} after ${event}`, async () => {
      const person = await linkedAccount(app, mails);
      await happen(person);
      expect(await workingThings(person)).to.deep.equal(remains);
    });
  }

  it('rejects the links of an account while it is inactive', async () => {
    const { id, verifyLink, resetLink, changeLink, password } = await linkedAccount(app, mails);
    // Older versions did not end sessions here.
    await app.sql('UPDATE users SET is_active = false WHERE id = $1', id);
    for (const response of [
      await verify(verifyLink, password),
      await verify(changeLink, password),
      await reset(resetLink, chosen),
    ]) {
      expect(codeOf(response)).to.equal('link_invalid');
    }
  });

  it("does not give a stranger an address when its owner follows the stranger's link", async () => {
    const { changeLink } = await linkedAccount(app, mails);
    expect(codeOf(await verify(changeLink, 'the password of the owner'))).to.equal('wrong_password');
  });

  it('keeps links compatible with the previous version, including their revocation', async () => {
    const { id, email, resetLink } = await linkedAccount(app, mails);
    const hashes = async (table: string): Promise<string[]> => {
      const sql = `SELECT encode(token_hash, 'hex') AS hash FROM ${table} WHERE user_id = $1 AND purpose = 'reset_password'`;
      return (await app.sql(sql, id)).map(({ hash }) => String(hash)).sort();
    };
    const [own] = await hashes('links');
    const put = `INSERT INTO action_tokens VALUES ($1, 'reset_password', $2, $3, now() + interval '1 hour')
      ON CONFLICT (user_id, purpose) DO UPDATE SET token_hash = excluded.token_hash`;
    for (const hash of ['aa', 'bb']) {
      await app.sql(put, id, Buffer.from(hash, 'hex'), email);
      expect(await hashes('links')).to.deep.equal([own, hash].sort());
    }
    await reset(resetLink, chosen);
    for (const table of ['links', 'action_tokens']) expect(await hashes(table), table).to.deep.equal([]);
  });

  it('does not send a queued mail whose link was revoked', async () => {
    const account = await signedInAccount(app);
    await mails.next(account.email);
    mails.refuse(1);
    await app.call('forgotPassword', { body: { email: account.email } });
    const retry = `SELECT 1 FROM pgboss.job WHERE state = 'retry' AND data->>'to' = $1`;
    await until(async () => (await app.sql(retry, account.email)).length === 1);
    await app.call('revokeUserSessions', { token: admin.token, path: { user_id: account.id } });
    await untilJobsDone(app);
    expect(mails.received.filter(({ to }) => to === account.email)).to.deep.equal([]);
  });

  it('sends no link to a deactivated account or to a former address', async () => {
    const inactive = await linkedAccount(app, mails);
    await setActive(inactive.id, false);
    const moved = await linkedAccount(app, mails);
    await verify(moved.changeLink, moved.password);
    await passMinute(app);
    mails.received.length = 0;
    for (const { email } of [inactive, moved]) await app.call('forgotPassword', { body: { email } });
    await untilJobsDone(app);
    expect(mails.received).to.deep.equal([]);
  });

  it('ends sessions, links and password of an unverified account when another sign-up verifies the address', async () => {
    const first = await linkedAccount(app, mails);
    const settings = { SIGNUP_MODE: 'verified', SMTP_URL: mails.url, DATABASE_URL: app.databaseUrl };
    const strict = await startTestApp(settings);
    await strict.call('signUp', { body: { ...newAccount(), email: first.email, password: chosen } });
    const token = await mails.nextToken(first.email);
    expect((await strict.call('verifyEmail', { body: { token, password: chosen } })).status).to.equal(200);
    await strict.close();
    expect(await workingThings(first)).to.deep.equal([]);
    expect((await logIn(app, { ...first, password: chosen })).status).to.equal(200);
  });
});
