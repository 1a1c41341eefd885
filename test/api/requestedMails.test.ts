import { expect } from 'chai';
import { newAccount, signedInAccount, type TestAccount } from '../support/accounts.js';
import { cleanUp, startMailedApp, untilJobsDone } from '../support/mailedApp.js';
import type { MailServer } from '../support/mailServer.js';
import { startTestApp, type TestApp } from '../support/testApp.js';
import { until } from '../support/until.js';

describe('limits on requested mails', () => {
  let mails: MailServer;
  let app: TestApp;
  let account: TestAccount;
  before(async () => ({ app, mails } = await startMailedApp({ TRUST_PROXY: 'loopback' })));
  beforeEach(async () => {
    account = await signedInAccount(app);
    await mails.next(account.email);
  });
  after(() => app.close());

  /** Requests mails a minute apart and returns how many arrive. */
  async function ask(times: number, network: string, operationId = 'forgotPassword'): Promise<number> {
    const { email } = account;
    for (let n = 0; n < times; n += 1) {
      const headers = { 'X-Forwarded-For': network };
      expect((await app.call(operationId, { body: { email }, headers })).status).to.equal(202);
      await app.sql('UPDATE pgboss.job SET singleton_on = NULL');
    }
    await untilJobsDone(app);
    return mails.received.splice(0).filter(({ to }) => to === email).length;
  }

  /** Backdates all requests. */
  const pass = (time: string): Promise<unknown> =>
    app.sql('UPDATE requested_mails SET requested_at = requested_at - $1::interval', time);

  it('allows an address 5 mails an hour and 20 a day, of which one network can request 5 a day', async () => {
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

  it('stores no addresses and forgets requests after a day', async () => {
    await ask(1, '192.0.2.1');
    const stored = JSON.stringify(await app.sql('SELECT * FROM requested_mails'));
    expect(stored).not.to.contain(account.email).and.not.contain('192.0.2.1');
    await pass('1 day');
    await cleanUp(app);
    expect(await app.sql('SELECT * FROM requested_mails')).to.deep.equal([]);
  });

  it('sends one mail a minute to an address', async () => {
    const { email } = account;
    const secondOfMinute = async (): Promise<number> =>
      Number((await app.sql('SELECT extract(second FROM now()) AS second'))[0]!['second']);
    // The limit counts by minutes of the clock.
    await until(async () => (await secondOfMinute()) < 57);
    const began = await secondOfMinute();
    await app.call('forgotPassword', { body: { email } });
    await until(async () => (await secondOfMinute()) > began + 1);
    await app.call('forgotPassword', { body: { email } });
    expect(await ask(0, '')).to.equal(1);
  });

  it('sends one mail a minute for each network that requests it', async () => {
    const { email } = account;
    await pass('1 day');
    for (const network of ['192.0.2.1', '192.0.2.1', '203.0.113.1']) {
      await app.call('forgotPassword', { body: { email }, headers: { 'X-Forwarded-For': network } });
    }
    expect(await ask(0, '')).to.equal(2);
  });

  it('allows 5 mails an hour to a new address, from whatever account', async () => {
    const { email } = newAccount();
    const statuses: number[] = [];
    for (let n = 0; n < 6; n += 1) {
      const { token, password } = n % 3 === 0 ? (account = await signedInAccount(app)) : account;
      const headers = { 'X-Forwarded-For': `192.0.2.${n}` };
      statuses.push((await app.call('changeEmail', { token, body: { email, password }, headers })).status);
    }
    expect(statuses).to.deep.equal([202, 202, 202, 202, 202, 429]);
  });

  it('allows each network 5 sign-up mails a day to one address', async () => {
    const settings = { SIGNUP_MODE: 'verified', TRUST_PROXY: 'loopback', SMTP_URL: mails.url };
    const strict = await startTestApp({ ...settings, DATABASE_URL: app.databaseUrl });
    const person = newAccount();
    const signUp = async (times: number, network: string): Promise<number> => {
      for (let n = 0; n < times; n += 1) {
        const headers = { 'X-Forwarded-For': network };
        expect((await strict.call('signUp', { body: person, headers })).status).to.equal(202);
      }
      await untilJobsDone(app);
      return mails.received.splice(0).filter(({ to }) => to === person.email).length;
    };
    expect(await signUp(7, '192.0.2.1')).to.equal(5);
    expect(await signUp(1, '203.0.113.1')).to.equal(1);
    await strict.close();
  });
});
