import { expect } from 'chai';
import type { Response } from 'supertest';
import { logIn, newAccount, signedInAccount, type TestAccount } from '../support/accounts.js';
import { cleanUp, passMinute, startMailedApp } from '../support/mailedApp.js';
import type { MailServer } from '../support/mailServer.js';
import { codeOf, startTestApp, type TestApp } from '../support/testApp.js';

type Person = Pick<TestAccount, 'email' | 'password'>;

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
    await app.sql('DELETE FROM sign_in_attempts');
    account = await signedInAccount(app);
    await mails.next(account.email);
  });
  after(() => app.close());

  /** The error code of a login; undefined for a success. */
  const login = async (person: Person, password = person.password): Promise<string | undefined> =>
    codeOf(await logIn(app, { ...person, password }));
  const secondsLocked = async (person: Person): Promise<number> =>
    Number((await logIn(app, person)).headers['retry-after']);

  async function fail(person: Person, times: number): Promise<void> {
    for (let n = 0; n < times; n += 1) expect(await login(person, 'wrong')).to.equal('invalid_credentials');
  }

  /** Ends a lock and the minute without a second mail. */
  async function passLock(): Promise<void> {
    await passMinute(app);
    await app.sql("UPDATE sign_in_attempts SET locked_until = now() - interval '1 second'");
  }

  for (const who of ['an account', 'an unknown address']) {
    it(`locks ${who} after the maximum of failures, and says for how long`, async () => {
      const person = who === 'an account' ? account : newAccount();
      await fail(person, max);
      const upperCase = { ...person, email: person.email.toUpperCase() };
      expect(await login(upperCase)).to.equal('sign_in_locked');
      expect(await secondsLocked(upperCase)).to.be.within(28, 30);
      await app.sql("UPDATE sign_in_attempts SET locked_until = locked_until - interval '20 seconds'");
      expect(await secondsLocked(person), 'after 20 of 30 seconds').to.be.within(5, 10);
      await passLock();
      expect(await login(person)).to.equal(person === account ? undefined : 'invalid_credentials');
    });
  }

  /** Backdates all attempts. */
  async function pass(time: string): Promise<void> {
    await app.sql(`UPDATE sign_in_attempts SET began_at = began_at - interval '${time}'`);
  }

  it('remembers failures on an account for 12 hours, despite clean-ups', async () => {
    await fail(account, max - 1);
    await pass('11 hours 59 minutes');
    await cleanUp(app);
    await fail(account, 1);
    expect(await login(account)).to.equal('sign_in_locked');
    await passLock();
    await pass('2 minutes');
    await fail(account, max);
    expect(await login(account), 'after as many as before').to.equal('sign_in_locked');
  });

  it('remembers failures from a network address for an hour', async () => {
    for (const [time, code] of [
      ['59 minutes', 'sign_in_locked'],
      ['61 minutes', 'invalid_credentials'],
    ] as const) {
      await app.sql('DELETE FROM sign_in_attempts');
      await fail(newAccount(), 1);
      await app.sql('UPDATE sign_in_attempts SET attempts = 59');
      await pass(time);
      await fail(newAccount(), 1);
      expect(await login(newAccount(), 'wrong'), time).to.equal(code);
    }
  });

  it('doubles the lock time up to 15 minutes', async () => {
    await fail(account, max);
    const spans: number[] = [];
    for (let n = 0; n < 6; n += 1) {
      await passLock();
      await fail(account, 1);
      spans.push(await secondsLocked(account));
    }
    for (const [n, wanted] of [60, 120, 240, 480, 900, 900].entries()) {
      expect(spans[n], String(n)).to.be.within(wanted - 3, wanted);
    }
  });

  it('locks the account on every instance', async () => {
    const other = await startTestApp({ SIGN_IN_FAILURES_MAX: String(max), DATABASE_URL: app.databaseUrl });
    await fail(account, max);
    const refused = await logIn(other, account);
    await other.close();
    expect(codeOf(refused)).to.equal('sign_in_locked');
  });

  it('resets the count after a success', async () => {
    await fail(account, max - 1);
    expect(await login(account)).to.equal(undefined);
    await fail(account, max - 1);
    expect(await login(account)).to.equal(undefined);
  });

  it('never counts a right password as wrong, not even that of a deactivated account', async () => {
    await app.sql('UPDATE users SET is_active = false WHERE id = $1', account.id);
    for (let n = 0; n <= max; n += 1) expect(await login(account)).to.equal('account_inactive');
  });

  it('compares no more passwords than the limit, even of thirty concurrent guesses', async () => {
    const codes = await Promise.all(Array.from({ length: 30 }, (_, n) => login(account, `guess ${n}`)));
    expect(codes.filter((code) => code === 'invalid_credentials')).to.have.length(max);
    expect(codes.filter((code) => code === 'sign_in_locked')).to.have.length(30 - max);
  });

  it('notifies the owner once', async () => {
    await fail(account, max);
    expect((await mails.next(account.email)).subject).to.equal('Someone is trying to guess your password');
    await passLock();
    await fail(account, 1);
    const sql = `SELECT 1 FROM pgboss.job WHERE name = 'mail-request' AND data->>'email' = $1`;
    expect(await app.sql(sql, account.email)).to.have.length(1);
  });

  it('unlocks the account when the password is reset', async () => {
    await fail(account, max);
    await mails.next(account.email);
    await app.call('forgotPassword', { body: { email: account.email } });
    const token = await mails.nextToken(account.email);
    await app.call('resetPassword', { body: { token, password: 'a new horse battery staple' } });
    expect(await login(account, 'a new horse battery staple')).to.equal(undefined);
  });

  it('also limits password checks of someone who is logged in', async () => {
    const { token, password } = account;
    const change = (current = 'wrong'): Promise<Response> =>
      app.call('changePassword', { token, body: { current_password: current, new_password: password } });
    for (let n = 1; n < max; n += 1) expect(codeOf(await change())).to.equal('wrong_password');
    // A right password resets the count.
    expect((await change(password)).status).to.equal(204);
    for (let n = 0; n < max; n += 1) expect(codeOf(await change())).to.equal('wrong_password');
    expect(codeOf(await change())).to.equal('sign_in_locked');
    expect(codeOf(await app.call('deleteCurrentUser', { token, body: { password } }))).to.equal('sign_in_locked');
    const body = { password, email: newAccount().email };
    expect(codeOf(await app.call('changeEmail', { token, body }))).to.equal('sign_in_locked');
  });

  it('locks a network address after failures on many accounts, without counting successes', async () => {
    for (let n = 0; n < 10; n += 1) expect(await login(account)).to.equal(undefined);
    const codes = await Promise.all(Array.from({ length: 70 }, () => login(newAccount())));
    expect(codes.filter((code) => code === 'invalid_credentials')).to.have.length(60);
    expect(await login(account)).to.equal('sign_in_locked');
    await passLock();
    for (let n = 0; n < 3; n += 1) expect(await login(account)).to.equal(undefined);
  });

  it('locks an IPv6 /48 network at eight times the limit, whichever of its /64 networks are used', async () => {
    const settings = { SIGN_IN_ADDRESS_FAILURES_MAX: '2', TRUST_PROXY: 'loopback', DATABASE_URL: app.databaseUrl };
    const strict = await startTestApp(settings);
    const from = async (ip: string, person: Person = newAccount()): Promise<string | undefined> =>
      codeOf(await logIn(strict, person, { headers: { 'X-Forwarded-For': ip } }));
    const codes: (string | undefined)[] = [];
    // Attempts of a locked /64 network do not count.
    for (let n = 0; n < 20; n += 1) codes.push(await from('2001:db8:1:1::1'));
    expect(codes.splice(2)).to.deep.equal(Array<string>(18).fill('sign_in_locked'));
    for (let n = 3; n <= 17; n += 1) {
      codes.push(await from(`2001:db8:1:${n}::1`));
      // Successes and rejections for other reasons do not count.
      expect(await from(`2001:db8:1:${n}::2`, account)).to.equal(n < 16 ? undefined : 'sign_in_locked');
    }
    const otherSite = await from('2001:db8:2:1::1');
    await strict.close();
    expect(codes).to.deep.equal([...Array<string>(16).fill('invalid_credentials'), 'sign_in_locked']);
    expect(otherSite).to.equal('invalid_credentials');
  });

  it('does not count attempts on a locked account against the network address', async () => {
    await fail(account, max);
    for (let n = 0; n < 70; n += 1) expect(await login(account, 'wrong')).to.equal('sign_in_locked');
    await signedInAccount(app);
  });

  it('stores no address', async () => {
    await fail(account, 1);
    const stored = JSON.stringify(await app.sql('SELECT * FROM sign_in_attempts'));
    expect(stored).not.to.contain(account.email).and.not.to.contain('127.0.0.1');
  });
});
