import { expect } from 'chai';
import type { Response } from 'supertest';
import { heldBy, newAccount, signedInAccount, signedInAdmin, type TestAccount } from '../support/accounts.js';
import { codeOf, passMinute, startMailedApp, untilJobsDone } from '../support/mailedApp.js';
import type { MailServer } from '../support/mailServer.js';
import { startTestApp, type TestApp } from '../support/testApp.js';
import { until } from '../support/until.js';

const chosen = 'a password chosen meanwhile';

/** An account with everything that can be revoked. */
interface Person extends TestAccount {
  otherToken: string;
  verifyLink: string;
  resetLink: string;
  changeLink: string;
}

describe('revocation', () => {
  let mails: MailServer;
  let app: TestApp;
  let admin: TestAccount;
  before(async () => {
    ({ app, mails } = await startMailedApp());
    admin = await signedInAdmin(app);
  });
  after(() => app.close());

  async function newPerson(): Promise<Person> {
    const account = await signedInAccount(app);
    const { email, password, token } = account;
    const verifyLink = await mails.nextToken(email);
    await app.call('forgotPassword', { body: { email } });
    const resetLink = await mails.nextToken(email);
    const { email: next } = newAccount();
    await app.call('changeEmail', { token, body: { email: next, password } });
    await mails.next(email);
    const changeLink = await mails.nextToken(next);
    const { token: otherToken } = heldBy(await app.call('logIn', { body: { email, password } }));
    return { ...account, otherToken, verifyLink, resetLink, changeLink };
  }

  /** Whether each thing still works, checked with as few side effects as possible. */
  const checks = {
    session: async ({ token }: Person) => (await app.call('getCurrentUser', { token })).status === 200,
    otherSession: async ({ otherToken: token }: Person) => (await app.call('getCurrentUser', { token })).status === 200,
    verifyLink: async ({ verifyLink: token }: Person) =>
      codeOf(await app.call('verifyEmail', { body: { token, password: 'wrong' } })) === 'wrong_password',
    resetLink: async ({ resetLink: token }: Person) =>
      codeOf(await app.call('resetPassword', { body: { token, password: 'password1' } })) === 'password_too_common',
    password: async ({ id, password }: Person) => {
      // The address may have changed.
      const [rows] = await app.sequelize.query('SELECT email FROM users WHERE id = $1', { bind: [id] });
      const [person] = rows as { email: string }[];
      return person !== undefined && (await app.call('logIn', { body: { ...person, password } })).status === 200;
    },
    changeLink: async ({ changeLink: token, password }: Person) =>
      (await app.call('verifyEmail', { body: { token, password } })).status === 200,
  };

  type Thing = keyof typeof checks;

  const setActive = (id: string, isActive: boolean): Promise<Response> =>
    app.call('updateUser', { token: admin.token, path: { user_id: id }, body: { is_active: isActive } });

  /** Each event, and what remains valid after it. */
  const events: Record<string, { happen: (person: Person) => Promise<unknown>; lives: Thing[] }> = {
    'a sign-in': {
      happen: ({ email, password }) => app.call('logIn', { body: { email, password } }),
      lives: ['session', 'otherSession', 'verifyLink', 'resetLink', 'password', 'changeLink'],
    },
    'a changed password': {
      happen: ({ token, password }) =>
        app.call('changePassword', { token, body: { current_password: password, new_password: chosen } }),
      lives: ['session'],
    },
    'a reset password': {
      happen: ({ resetLink: token }) => app.call('resetPassword', { body: { token, password: chosen } }),
      lives: [],
    },
    'a deactivation, until after the account is active again': {
      happen: async ({ id }) => {
        await setActive(id, false);
        await setActive(id, true);
      },
      lives: ['password'],
    },
    'a revocation by an administrator': {
      happen: ({ id }) => app.call('revokeUserSessions', { token: admin.token, path: { user_id: id } }),
      lives: ['password'],
    },
    'a changed address': {
      happen: ({ changeLink: token, password }) => app.call('verifyEmail', { body: { token, password } }),
      lives: ['session', 'otherSession', 'password'],
    },
    'a request to change to an address that is taken': {
      happen: ({ token, password }) => app.call('changeEmail', { token, body: { email: admin.email, password } }),
      lives: ['session', 'otherSession', 'verifyLink', 'resetLink', 'password'],
    },
    'a confirmed address': {
      happen: ({ verifyLink: token, password }) => app.call('verifyEmail', { body: { token, password } }),
      lives: ['session', 'otherSession', 'resetLink', 'password', 'changeLink'],
    },
    'a sign-out': {
      happen: ({ token }) => app.call('logOut', { token }),
      lives: ['otherSession', 'verifyLink', 'resetLink', 'password', 'changeLink'],
    },
    'a sign-out of the others': {
      happen: ({ token }) => app.call('logOut', { token, body: { scope: 'others' } }),
      lives: ['session', 'verifyLink', 'resetLink', 'password', 'changeLink'],
    },
    'a sign-out everywhere': {
      happen: ({ token }) => app.call('logOut', { token, body: { scope: 'all' } }),
      lives: ['verifyLink', 'resetLink', 'password', 'changeLink'],
    },
    'a deletion': {
      happen: ({ token, password }) => app.call('deleteCurrentUser', { token, body: { password } }),
      lives: [],
    },
  };

  for (const [event, { happen, lives }] of Object.entries(events)) {
    it(`revokes what the table says after ${event}`, async () => {
      const person = await newPerson();
      await happen(person);
      const alive: string[] = [];
      for (const [thing, works] of Object.entries(checks)) if (await works(person)) alive.push(thing);
      expect(alive).to.deep.equal(lives);
    });
  }

  const received = (address: string): string[] =>
    mails.received.filter(({ to }) => to === address).map(({ subject }) => subject);

  it('rejects the links of an account while it is inactive', async () => {
    const person = await newPerson();
    // Older versions did not end sessions here.
    await app.sequelize.query('UPDATE users SET is_active = false WHERE id = $1', { bind: [person.id] });
    const { verifyLink, resetLink, changeLink, password } = person;
    expect(codeOf(await app.call('verifyEmail', { body: { token: verifyLink, password } }))).to.equal('link_invalid');
    expect(codeOf(await app.call('verifyEmail', { body: { token: changeLink, password } }))).to.equal('link_invalid');
    const reset = { token: resetLink, password: chosen };
    expect(codeOf(await app.call('resetPassword', { body: reset }))).to.equal('link_invalid');
  });

  it("does not give a stranger an address when its owner follows the stranger's link", async () => {
    const { changeLink: token } = await newPerson();
    const refused = await app.call('verifyEmail', { body: { token, password: 'the password of the owner' } });
    expect(codeOf(refused)).to.equal('wrong_password');
  });

  it('keeps links compatible with the previous version, including their revocation', async () => {
    const { id, email, resetLink } = await newPerson();
    const hashes = async (table: string): Promise<string[]> => {
      const sql = `SELECT encode(token_hash, 'hex') AS hash FROM ${table} WHERE user_id = $1 AND purpose = 'reset_password'`;
      const [rows] = await app.sequelize.query(sql, { bind: [id] });
      return (rows as { hash: string }[]).map(({ hash }) => hash).sort();
    };
    const [own] = await hashes('links');
    const put = `INSERT INTO action_tokens VALUES ($1, 'reset_password', $2, $3, now() + interval '1 hour')
      ON CONFLICT (user_id, purpose) DO UPDATE SET token_hash = excluded.token_hash`;
    for (const hash of ['aa', 'bb']) {
      await app.sequelize.query(put, { bind: [id, Buffer.from(hash, 'hex'), email] });
      expect(await hashes('links')).to.deep.equal([own, hash].sort());
    }
    await app.call('resetPassword', { body: { token: resetLink, password: chosen } });
    for (const table of ['links', 'action_tokens']) expect(await hashes(table), table).to.deep.equal([]);
  });

  it('does not send a queued mail whose link was revoked', async () => {
    const account = await signedInAccount(app);
    await mails.next(account.email);
    mails.refuse(1);
    await app.call('forgotPassword', { body: { email: account.email } });
    const retry = `SELECT 1 FROM pgboss.job WHERE state = 'retry' AND data->>'to' = $1`;
    await until(async () => (await app.sequelize.query(retry, { bind: [account.email] }))[0].length === 1);
    await app.call('revokeUserSessions', { token: admin.token, path: { user_id: account.id } });
    await untilJobsDone(app);
    expect(received(account.email)).to.deep.equal([]);
  });

  it('sends no link to a deactivated account or to a former address', async () => {
    const inactive = await newPerson();
    await setActive(inactive.id, false);
    const moved = await newPerson();
    await app.call('verifyEmail', { body: { token: moved.changeLink, password: moved.password } });
    await passMinute(app);
    mails.received.length = 0;
    for (const { email } of [inactive, moved]) await app.call('forgotPassword', { body: { email } });
    await untilJobsDone(app);
    expect(mails.received).to.deep.equal([]);
  });

  it('ends sessions, links and password of an unverified account when another sign-up verifies the address', async () => {
    const first = await newPerson();
    const settings = { SIGNUP_MODE: 'verified', SMTP_URL: mails.url, DATABASE_URL: app.databaseUrl };
    const strict = await startTestApp(settings);
    await strict.call('signUp', { body: { ...newAccount(), email: first.email, password: chosen } });
    const token = await mails.nextToken(first.email);
    expect((await strict.call('verifyEmail', { body: { token, password: chosen } })).status).to.equal(200);
    await strict.close();
    const alive: string[] = [];
    for (const [thing, works] of Object.entries(checks)) if (await works(first)) alive.push(thing);
    expect(alive).to.deep.equal([]);
    expect((await app.call('logIn', { body: { email: first.email, password: chosen } })).status).to.equal(200);
  });
});
