import { expect } from 'chai';
import { newAccount, signedInAccount, type TestAccount } from '../support/accounts.js';
import { MailServer } from '../support/mailServer.js';
import { startTestApp, type TestApp } from '../support/testApp.js';
import { until } from '../support/until.js';

describe('mails that anyone can ask for', () => {
  let mails: MailServer;
  let app: TestApp;
  let account: TestAccount;
  before(async () => {
    mails = await MailServer.start();
    app = await startTestApp({ SMTP_URL: mails.url, TRUST_PROXY: 'loopback' });
  });
  beforeEach(async () => {
    account = await signedInAccount(app);
    await mails.next(account.email);
  });
  after(async () => {
    await app.close();
    await mails.close();
  });

  async function untilNothingWaits(): Promise<void> {
    await until(async () => {
      const sql = `SELECT 1 FROM pgboss.job WHERE state < 'completed' AND name IN ('mail', 'mail-request', 'sign-up')`;
      return (await app.sequelize.query(sql))[0].length === 0;
    });
  }

  /** Asks, a minute apart, and returns how many mails come of it. */
  async function ask(times: number, network: string, operationId = 'forgotPassword'): Promise<number> {
    const { email } = account;
    for (let n = 0; n < times; n += 1) {
      const headers = { 'X-Forwarded-For': network };
      expect((await app.call(operationId, { body: { email }, headers })).status).to.equal(202);
      await app.sequelize.query('UPDATE pgboss.job SET singleton_on = NULL');
    }
    await untilNothingWaits();
    return mails.received.splice(0).filter(({ to }) => to === email).length;
  }

  const pass = async (time: string): Promise<void> => {
    await app.sequelize.query('UPDATE requested_mails SET requested_at = requested_at - $1::interval', {
      bind: [time],
    });
  };

  it('are 5 an hour and 20 a day at most for an address, and 5 a day for a network that asks', async () => {
    expect(await ask(3, '192.0.2.1')).to.equal(3);
    expect(await ask(3, '198.51.100.1'), 'the hour is used up').to.equal(2);
    expect(await ask(6, '198.51.100.1', 'resendVerification'), 'of another kind').to.equal(5);
    await pass('59 minutes');
    expect(await ask(1, '203.0.113.1')).to.equal(0);
    await pass('1 minute');
    expect(await ask(3, '192.0.2.1'), 'the network has had 5 today').to.equal(2);
    expect(await ask(3, '203.0.113.1')).to.equal(3);
    for (const [n, rest] of [5, 5, 0].entries()) {
      await pass('1 hour');
      expect(await ask(6, `192.0.2.${n + 10}`), 'the day is used up at 20').to.equal(rest);
    }
    await pass('24 hours');
    expect(await ask(1, '192.0.2.1')).to.equal(1);
  });

  it('are counted without an address, and forgotten after a day', async () => {
    await ask(1, '192.0.2.1');
    const kept = async (): Promise<unknown[]> => (await app.sequelize.query('SELECT * FROM requested_mails'))[0];
    expect(JSON.stringify(await kept()))
      .not.to.contain(account.email)
      .and.not.contain('192.0.2.1');
    await pass('1 day');
    await app.sequelize.query(`INSERT INTO pgboss.job (name) VALUES ('clean-up')`);
    await until(async () => (await kept()).length === 0);
  });

  it('are one a minute at the request of a network, and each network has its own', async () => {
    const { email } = account;
    await pass('1 day');
    for (const network of ['192.0.2.1', '192.0.2.1', '203.0.113.1']) {
      await app.call('forgotPassword', { body: { email }, headers: { 'X-Forwarded-For': network } });
    }
    expect(await ask(0, '')).to.equal(2);
  });

  it('to a new address are 5 an hour, whoever asks', async () => {
    const { email } = newAccount();
    const statuses: number[] = [];
    for (let n = 0; n < 6; n += 1) {
      const { token, password } = n % 3 === 0 ? (account = await signedInAccount(app)) : account;
      const headers = { 'X-Forwarded-For': `192.0.2.${n}` };
      statuses.push((await app.call('changeEmail', { token, body: { email, password }, headers })).status);
    }
    expect(statuses).to.deep.equal([202, 202, 202, 202, 202, 429]);
  });

  it('of sign-ups are 5 a day at the request of a network, which leaves others their own', async () => {
    const strict = await startTestApp({
      SIGNUP_MODE: 'verified',
      TRUST_PROXY: 'loopback',
      SMTP_URL: mails.url,
      DATABASE_URL: app.databaseUrl,
    });
    const person = newAccount();
    const signUp = async (times: number, network: string): Promise<void> => {
      for (let n = 0; n < times; n += 1) {
        const headers = { 'X-Forwarded-For': network };
        expect((await strict.call('signUp', { body: person, headers })).status).to.equal(202);
      }
      await untilNothingWaits();
    };
    await signUp(7, '192.0.2.1');
    expect(mails.received.splice(0).filter(({ to }) => to === person.email)).to.have.length(5);
    await signUp(1, '203.0.113.1');
    expect(mails.received.splice(0).filter(({ to }) => to === person.email)).to.have.length(1);
    await strict.close();
  });
});
