import { expect } from 'chai';
import { logIn, newAccount, signedInAccount, type TestAccount } from '../support/accounts.js';
import { cleanUp, startMailedApp } from '../support/mailedApp.js';
import type { TestApp } from '../support/testApp.js';

describe('abandoned unverified accounts', () => {
  let app: TestApp;
  before(async () => ({ app } = await startMailedApp({ UNPROVED_ACCOUNT_DAYS: '3' })));
  after(() => app.close());

  const change = (sql: string, { id }: TestAccount): Promise<unknown> =>
    app.sql(`UPDATE users SET ${sql} WHERE id = $1`, id);

  /** Ends the session and backdates the last use. */
  async function leave(account: TestAccount): Promise<void> {
    await app.sql(`DELETE FROM sessions WHERE user_id = $1`, account.id);
    await change(`last_seen_at = last_seen_at - interval '3 days' - interval '1 minute'`, account);
  }

  const exceptions: Record<string, (account: TestAccount) => Promise<unknown>> = {
    'have been proved': (account) => change('email_verified_at = now()', account),
    'have been used since': (account) =>
      change(`last_seen_at = now() - interval '3 days' + interval '5 minutes'`, account),
    'have a living session': async (account) => {
      await logIn(app, account);
      await change(`last_seen_at = now() - interval '4 days'`, account);
    },
    'are deactivated': (account) => change('is_active = false', account),
    'are administrators': (account) => change(`role = 'admin'`, account),
    'were imported, and never used': (account) => change('last_seen_at = NULL', account),
  };

  it('removes them with all their data, and no other accounts', async () => {
    const abandoned = await signedInAccount(app);
    await logIn(app, { ...abandoned, password: 'wrong' });
    expect(await app.sql('SELECT key FROM sign_in_attempts')).to.have.length(2);
    await leave(abandoned);
    const kept: string[] = [];
    for (const except of Object.values(exceptions)) {
      const account = await signedInAccount(app);
      await leave(account);
      await except(account);
      kept.push(account.email);
    }
    await cleanUp(app);
    expect((await app.sql('SELECT email FROM users')).map(({ email }) => email)).to.have.members(kept);
    // The entry of the network address.
    expect(await app.sql('SELECT key FROM sign_in_attempts')).to.have.length(1);
    expect(await app.sql(`SELECT 1 FROM pgboss.job WHERE data::text LIKE '%${abandoned.email}%'`)).to.deep.equal([]);
    const again = { ...newAccount(), email: abandoned.email };
    expect((await app.call('signUp', { body: again })).status).to.equal(201);
  });

  it('counts a login and a refresh as use', async () => {
    const account = await signedInAccount(app);
    const uses = [
      () => logIn(app, account),
      () => app.call('refreshTokens', { body: { refresh_token: account.refreshToken } }),
    ];
    for (const use of uses) {
      await change(`last_seen_at = now() - interval '2 days'`, account);
      expect((await use()).status).to.equal(200);
      const recently = `SELECT 1 FROM users WHERE id = $1 AND last_seen_at > now() - interval '1 minute'`;
      expect(await app.sql(recently, account.id)).to.have.length(1);
    }
  });
});
