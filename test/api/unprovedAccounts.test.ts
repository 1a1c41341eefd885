import { expect } from 'chai';
import { heldBy, newAccount, signedInAccount, type TestAccount } from '../support/accounts.js';
import { cleanUp, startMailedApp } from '../support/mailedApp.js';
import type { TestApp } from '../support/testApp.js';

describe('abandoned unverified accounts', () => {
  let app: TestApp;
  before(async () => ({ app } = await startMailedApp({ UNPROVED_ACCOUNT_DAYS: '3' })));
  after(() => app.close());

  const change = (sql: string, { id }: TestAccount): Promise<unknown> =>
    app.sequelize.query(`UPDATE users SET ${sql} WHERE id = $1`, { bind: [id] });
  const rowsOf = async (sql: string): Promise<Record<string, unknown>[]> =>
    (await app.sequelize.query(sql))[0] as Record<string, unknown>[];

  /** Ends the session and backdates the last use. */
  async function leave(account: TestAccount, days = 3): Promise<void> {
    await app.sequelize.query(`DELETE FROM sessions WHERE user_id = $1`, { bind: [account.id] });
    await change(`last_seen_at = last_seen_at - interval '${days} days' - interval '1 minute'`, account);
  }

  const exceptions: Record<string, (account: TestAccount) => Promise<unknown>> = {
    'have been proved': (account) => change('email_verified_at = now()', account),
    'have been used since': (account) =>
      change(`last_seen_at = now() - interval '3 days' + interval '5 minutes'`, account),
    'have a living session': async (account) => {
      const { email, password } = account;
      await app.call('logIn', { body: { email, password } });
      await change(`last_seen_at = now() - interval '4 days'`, account);
    },
    'are deactivated': (account) => change('is_active = false', account),
    'are administrators': (account) => change(`role = 'admin'`, account),
    'were imported, and never used': (account) => change('last_seen_at = NULL', account),
  };

  it('removes them with all their data, and no other accounts', async () => {
    const abandoned = await signedInAccount(app);
    const body = { email: abandoned.email, password: 'wrong' };
    await app.call('logIn', { body });
    expect(await rowsOf('SELECT key FROM sign_in_attempts')).to.have.length(2);
    await leave(abandoned);
    const kept: string[] = [];
    for (const except of Object.values(exceptions)) {
      const account = await signedInAccount(app);
      await leave(account);
      await except(account);
      kept.push(account.email);
    }
    await cleanUp(app);
    expect((await rowsOf('SELECT email FROM users')).map(({ email }) => email)).to.have.members(kept);
    // The entry of the network address.
    expect(await rowsOf('SELECT key FROM sign_in_attempts')).to.have.length(1);
    expect(await rowsOf(`SELECT 1 FROM pgboss.job WHERE data::text LIKE '%${abandoned.email}%'`)).to.deep.equal([]);
    const again = { ...newAccount(), email: abandoned.email };
    expect((await app.call('signUp', { body: again })).status).to.equal(201);
  });

  it('counts a login and a refresh as use', async () => {
    const seen = async ({ id }: TestAccount): Promise<unknown> =>
      (await rowsOf(`SELECT last_seen_at > now() - interval '1 minute' AS recently FROM users WHERE id = '${id}'`))[0];
    const account = await signedInAccount(app);
    const { email, password } = account;
    const uses = [
      async () => heldBy(await app.call('logIn', { body: { email, password } })),
      async ({ refreshToken }: { refreshToken: string }) =>
        heldBy(await app.call('refreshTokens', { body: { refresh_token: refreshToken } })),
    ];
    let tokens: { refreshToken: string } = account;
    for (const use of uses) {
      await change(`last_seen_at = now() - interval '2 days'`, account);
      tokens = await use(tokens);
      expect(await seen(account)).to.deep.equal({ recently: true });
    }
  });
});
