import { expect } from 'chai';
import type { Response } from 'supertest';
import { newAccount, signedInAccount, type TestAccount } from '../support/accounts.js';
import { startMailedApp, untilJobsDone } from '../support/mailedApp.js';
import type { MailServer } from '../support/mailServer.js';
import type { TestApp } from '../support/testApp.js';
import { until } from '../support/until.js';

describe('mail limits and links', () => {
  let mails: MailServer;
  let app: TestApp;
  before(async () => ({ app, mails } = await startMailedApp()));
  after(() => app.close());

  const verify = (token: string, { password }: TestAccount): Promise<Response> =>
    app.call('verifyEmail', { body: { token, password } });
  const reset = (token: string): Promise<Response> =>
    app.call('resetPassword', { body: { token, password: 'a new horse battery staple' } });
  const forgot = ({ email }: TestAccount): Promise<Response> => app.call('forgotPassword', { body: { email } });

  /** The lifetime in the mail and in PostgreSQL, how to request the mail (returns its address), and how to follow the link. */
  const links: Record<string, [string, string, (account: TestAccount) => Promise<string>, typeof verify]> = {
    verify_email: ['24 hours', '24 hours', async ({ email }) => email, verify],
    change_email: [
      '24 hours',
      '24 hours',
      async ({ token, password }) => {
        const { email } = newAccount();
        await app.call('changeEmail', { token, body: { email, password } });
        return email;
      },
      verify,
    ],
    reset_password: [
      'one hour',
      '1 hour',
      async (account) => {
        await mails.next(account.email);
        await forgot(account);
        return account.email;
      },
      reset,
    ],
  };
  for (const [purpose, [text, lifetime, ask, follow]] of Object.entries(links)) {
    it(`sends a link for ${purpose} that expires after ${lifetime}, as the mail says`, async () => {
      for (const [left, status] of [
        ['1 minute', 200],
        ['0 minutes', 400],
      ] as const) {
        const account = await signedInAccount(app);
        const mail = await mails.next(await ask(account));
        expect(mail.text).to.contain(`within ${text}.`);
        await app.sequelize.query(
          `UPDATE links SET expires_at = expires_at - interval '${lifetime}' + interval '${left}'
           WHERE user_id = $1 AND purpose = $2`,
          { bind: [account.id, purpose] },
        );
        const response = await follow(/#token=(\S+)/.exec(mail.text)![1]!, account);
        expect(response.status, left).to.equal(status);
      }
    });
  }

  it('sends one requested mail a minute to an address', async () => {
    const account = await signedInAccount(app);
    const secondOfMinute = async (): Promise<number> => {
      const [rows] = await app.sequelize.query('SELECT extract(second FROM now())::float AS second');
      return (rows as { second: number }[])[0]!.second;
    };
    // The limit counts by minutes of the clock.
    const began = await until(async () => {
      const second = await secondOfMinute();
      return second < 57 && second;
    });
    await forgot(account);
    await until(async () => (await secondOfMinute()) > began + 1);
    await forgot(account);
    await untilJobsDone(app);
    const subjects = mails.received.filter(({ to }) => to === account.email).map(({ subject }) => subject);
    expect(subjects).to.have.length(2).and.to.include('Confirm your email address');
  });
});
