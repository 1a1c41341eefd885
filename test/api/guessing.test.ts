import { expect } from 'chai';
import type { Response } from 'supertest';
import { newAccount, signedInAccount, type TestAccount } from '../support/accounts.js';
import { cleanUp, codeOf, passMinute, startMailedApp } from '../support/mailedApp.js';
import type { MailServer } from '../support/mailServer.js';
import { startTestApp, type TestApp } from '../support/testApp.js';

describe('brute-force protection', () => {
  const max = 4;
  let mails: MailServer;
  let app: TestApp;
  let account: TestAccount;
  before(async () => {
    const limits = { SIGN_IN_FAILURES_MAX: String(max), SIGN_IN_ADDRESS_FAILURES_MAX: '60' };
    ({ app, mails } = await startMailedApp(limits));
  });
  beforeEach(async () => {
    await app.sequelize.query('DELETE FROM sign_in_attempts');
    account = await signedInAccount(app);
    await mails.next(account.email);
  });
  after(() => app.close());

  const logIn = (email: string, password: string): Promise<Response> =>
    app.call('logIn', { body: { email, password } });

  async function fail(email: string, times: number): Promise<void> {
    for (let n = 0; n < times; n += 1) expect(codeOf(await logIn(email, 'wrong'))).to.equal('invalid_credentials');
  }

  /** Ends a lock and the minute without a second mail. */
  async function passLock(): Promise<void> {
    await passMinute(app);
    await app.sequelize.query("UPDATE sign_in_attempts SET locked_until = now() - interval '1 second'");
  }

  it('locks the account after the maximum of failures, and says for how long', async () => {
    await fail(account.email, max);
    const refused = await logIn(account.email.toUpperCase(), account.password);
    expect(refused.status).to.equal(429);
    expect(codeOf(refused)).to.equal('sign_in_locked');
    expect(Number(refused.headers['retry-after'])).to.be.within(28, 30);
    await app.sequelize.query("UPDATE sign_in_attempts SET locked_until = locked_until - interval '20 seconds'");
    const later = await logIn(account.email, account.password);
    expect(Number(later.headers['retry-after']), 'after 20 of 30 seconds').to.be.within(5, 10);
    await passLock();
    expect((await logIn(account.email, account.password)).status).to.equal(200);
  });

  /** Backdates all attempts. */
  async function pass(time: string): Promise<void> {
    await app.sequelize.query(`UPDATE sign_in_attempts SET began_at = began_at - interval '${time}'`);
  }

  it('remembers failures on an account for 12 hours, despite clean-ups', async () => {
    await fail(account.email, max - 1);
    await pass('11 hours 59 minutes');
    await cleanUp(app);
    await fail(account.email, 1);
    expect(codeOf(await logIn(account.email, account.password))).to.equal('sign_in_locked');
    await passLock();
    await pass('2 minutes');
    await fail(account.email, max);
    expect(codeOf(await logIn(account.email, account.password)), 'after as many as before').to.equal('sign_in_locked');
  });

  it('remembers failures from a network address for an hour', async () => {
    for (const [time, code] of [
      ['59 minutes', 'sign_in_locked'],
      ['61 minutes', 'invalid_credentials'],
    ] as const) {
      await app.sequelize.query('DELETE FROM sign_in_attempts');
      await fail(newAccount().email, 1);
      await app.sequelize.query('UPDATE sign_in_attempts SET attempts = 59');
      await pass(time);
      await fail(newAccount().email, 1);
      expect(codeOf(await logIn(newAccount().email, 'wrong')), time).to.equal(code);
    }
  });

  it('locks an unknown address in the same way', async () => {
    const { email } = newAccount();
    await fail(email, max);
    const refused = await logIn(email, 'wrong');
    expect([refused.status, codeOf(refused)]).to.deep.equal([429, 'sign_in_locked']);
    expect(Number(refused.headers['retry-after'])).to.be.within(28, 30);
  });

  it('doubles the lock time up to 15 minutes', async () => {
    await fail(account.email, max);
    const spans: number[] = [];
    for (let n = 0; n < 6; n += 1) {
      await passLock();
      await fail(account.email, 1);
      spans.push(Number((await logIn(account.email, 'wrong')).headers['retry-after']));
    }
    for (const [n, wanted] of [60, 120, 240, 480, 900, 900].entries()) {
      expect(spans[n], String(n)).to.be.within(wanted - 3, wanted);
    }
  });

  it('locks the account on every instance', async () => {
    const other = await startTestApp({ SIGN_IN_FAILURES_MAX: String(max), DATABASE_URL: app.databaseUrl });
    await fail(account.email, max);
    const body = { email: account.email, password: account.password };
    const refused = await other.call('logIn', { body });
    await other.close();
    expect([refused.status, codeOf(refused)]).to.deep.equal([429, 'sign_in_locked']);
  });

  it('resets the count after a success', async () => {
    await fail(account.email, max - 1);
    expect((await logIn(account.email, account.password)).status).to.equal(200);
    await fail(account.email, max - 1);
    expect((await logIn(account.email, account.password)).status).to.equal(200);
  });

  it('never counts a right password as wrong, not even that of a deactivated account', async () => {
    await app.sequelize.query('UPDATE users SET is_active = false WHERE id = $1', { bind: [account.id] });
    for (let n = 0; n <= max; n += 1) {
      expect(codeOf(await logIn(account.email, account.password))).to.equal('account_inactive');
    }
  });

  it('compares no more passwords than the limit, even of thirty concurrent guesses', async () => {
    const responses = await Promise.all(Array.from({ length: 30 }, (_, n) => logIn(account.email, `guess ${n}`)));
    const codes = responses.map(codeOf);
    expect(codes.filter((code) => code === 'invalid_credentials')).to.have.length(max);
    expect(codes.filter((code) => code === 'sign_in_locked')).to.have.length(30 - max);
  });

  it('notifies the owner once', async () => {
    await fail(account.email, max);
    expect((await mails.next(account.email)).subject).to.equal('Someone is trying to guess your password');
    await passLock();
    await fail(account.email, 1);
    const [rows] = await app.sequelize.query(
      `SELECT 1 FROM pgboss.job WHERE name = 'mail-request' AND data->>'email' = $1`,
      { bind: [account.email] },
    );
    expect(rows).to.have.length(1);
  });

  it('unlocks the account when the password is reset', async () => {
    await fail(account.email, max);
    await mails.next(account.email);
    await app.call('forgotPassword', { body: { email: account.email } });
    const token = await mails.nextToken(account.email);
    await app.call('resetPassword', { body: { token, password: 'a new horse battery staple' } });
    expect((await logIn(account.email, 'a new horse battery staple')).status).to.equal(200);
  });

  it('also limits password checks of someone who is logged in', async () => {
    const change = (current = 'wrong'): Promise<Response> =>
      app.call('changePassword', {
        token: account.token,
        body: { current_password: current, new_password: account.password },
      });
    for (let n = 1; n < max; n += 1) expect(codeOf(await change())).to.equal('wrong_password');
    // A right password resets the count.
    expect((await change(account.password)).status).to.be.below(300);
    for (let n = 0; n < max; n += 1) expect(codeOf(await change())).to.equal('wrong_password');
    expect(codeOf(await change())).to.equal('sign_in_locked');
    for (const [operationId, body] of [
      ['deleteCurrentUser', { password: account.password }],
      ['changeEmail', { password: account.password, email: newAccount().email }],
    ] as const) {
      expect(codeOf(await app.call(operationId, { token: account.token, body }))).to.equal('sign_in_locked');
    }
  });

  it('locks a network address after failures on many accounts, without counting successes', async () => {
    for (let n = 0; n < 10; n += 1) expect((await logIn(account.email, account.password)).status).to.equal(200);
    const responses = await Promise.all(Array.from({ length: 70 }, () => logIn(newAccount().email, 'wrong')));
    expect(responses.filter((response) => codeOf(response) === 'invalid_credentials')).to.have.length(60);
    expect(codeOf(await logIn(account.email, account.password))).to.equal('sign_in_locked');
    await passLock();
    for (let n = 0; n < 3; n += 1) expect((await logIn(account.email, account.password)).status).to.equal(200);
  });

  it('locks an IPv6 /48 network at eight times the limit, whichever of its /64 networks are used', async () => {
    const strict = await startTestApp({
      SIGN_IN_ADDRESS_FAILURES_MAX: '2',
      TRUST_PROXY: 'loopback',
      DATABASE_URL: app.databaseUrl,
    });
    const from = async (
      ip: string,
      password = 'wrong',
      { email }: { email: string } = newAccount(),
    ): Promise<string | undefined> =>
      codeOf(await strict.call('logIn', { body: { email, password }, headers: { 'X-Forwarded-For': ip } }));
    const codes: (string | undefined)[] = [];
    // Attempts of a locked /64 network do not count.
    for (let n = 0; n < 20; n += 1) codes.push(await from('2001:db8:1:1::1'));
    expect(codes.splice(2)).to.deep.equal(Array<string>(18).fill('sign_in_locked'));
    for (let n = 3; n <= 17; n += 1) {
      codes.push(await from(`2001:db8:1:${n}::1`));
      // Successes and rejections for other reasons do not count.
      expect(await from(`2001:db8:1:${n}::2`, account.password, account)).to.equal(
        n < 16 ? undefined : 'sign_in_locked',
      );
    }
    const otherSite = await from('2001:db8:2:1::1');
    await strict.close();
    expect(codes).to.deep.equal([...Array<string>(16).fill('invalid_credentials'), 'sign_in_locked']);
    expect(otherSite).to.equal('invalid_credentials');
  });

  it('does not count attempts on a locked account against the network address', async () => {
    await fail(account.email, max);
    for (let n = 0; n < 70; n += 1) expect(codeOf(await logIn(account.email, 'wrong'))).to.equal('sign_in_locked');
    await signedInAccount(app);
  });

  it('stores no address', async () => {
    await fail(account.email, 1);
    const [rows] = await app.sequelize.query('SELECT * FROM sign_in_attempts');
    expect(JSON.stringify(rows)).not.to.contain(account.email).and.not.to.contain('127.0.0.1');
  });
});
