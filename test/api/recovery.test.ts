import { expect } from 'chai';
import type { Response } from 'supertest';
import { heldBy, newAccount, signedInAccount, type TestAccount } from '../support/accounts.js';
import { MailServer } from '../support/mailServer.js';
import { startTestApp, type TestApp } from '../support/testApp.js';
import { until } from '../support/until.js';

const newPassword = 'a new horse battery staple';

describe('mails', () => {
  let mails: MailServer;
  let app: TestApp;
  let account: TestAccount;
  before(async () => {
    mails = await MailServer.start();
    app = await startTestApp({ SMTP_URL: mails.url, MAIL_FROM: 'Smart Audit <audit@example.com>' });
  });
  after(async () => {
    await app.close();
    await mails.close();
  });

  const codeOf = ({ body }: Response): string | undefined => (body as { code?: string }).code;
  const logIn = (email: string, password: string): Promise<Response> =>
    app.call('logIn', { body: { email, password } });
  const verify = (token: string): Promise<Response> => app.call('verifyEmail', { body: { token } });
  const forgot = async (email: string): Promise<void> => {
    expect((await app.call('forgotPassword', { body: { email } })).status).to.equal(202);
  };
  const reset = (token: string, password = newPassword): Promise<Response> =>
    app.call('resetPassword', { body: { token, password } });

  /** Lets the minute pass in which nobody gets a second mail that was asked for. */
  async function passMinute(): Promise<void> {
    await app.sequelize.query("UPDATE pgboss.job SET singleton_on = singleton_on - interval '1 minute'");
  }

  /** Somebody whose mail of the sign-up is read. */
  async function newcomer(): Promise<{ account: TestAccount; token: string }> {
    const made = await signedInAccount(app);
    return { account: made, token: await mails.nextToken(made.email) };
  }

  async function emailOf({ token }: { token: string }): Promise<{ email: string; email_verified_at: string | null }> {
    return (await app.call('getCurrentUser', { token })).body as never;
  }

  describe('verifyEmail', () => {
    it('takes the token of the mail of the sign-up, once', async () => {
      const { email, ...rest } = newAccount();
      await app.call('signUp', { body: { email, ...rest } });
      const mail = await mails.next(email);
      expect(mail).to.include({ from: 'audit@example.com', subject: 'Confirm your e-mail address' });
      expect(mail.text).to.contain('Hello Grace,').and.contain('Smart Audit Agent');
      const [link] = /http:\/\/localhost:3000\/verify-email#token=\S+/.exec(mail.text)!;
      expect(mail.html).to.contain(`<a href="${link}">`).and.contain('Hello Grace,');
      const token = link.split('=')[1]!;

      expect((await verify(token)).status).to.equal(200);
      const { access_token: access } = (await logIn(email, rest.password)).body as { access_token: string };
      expect((await emailOf({ token: access })).email_verified_at).to.be.a('string');
      const again = await verify(token);
      expect(again.status).to.equal(400);
      expect(codeOf(again)).to.equal('link_invalid');
    });

    it('refuses what is no token, an expired one, and that of another mail', async () => {
      const { account, token } = await newcomer();
      await forgot(account.email);
      const resetToken = await mails.nextToken(account.email);
      expect(codeOf(await verify('abc'))).to.equal('link_invalid');
      expect(codeOf(await verify(resetToken))).to.equal('link_invalid');
      await app.sequelize.query(`UPDATE action_tokens SET expires_at = now() WHERE purpose = 'verify_email'`);
      expect(codeOf(await verify(token))).to.equal('link_invalid');
      expect((await emailOf(account)).email_verified_at).to.equal(null);
    });

    it('says nothing in a greeting that is not a name', async () => {
      const { email, ...rest } = newAccount();
      await app.call('signUp', { body: { email, ...rest, first_name: 'Win at https://evil.example' } });
      const { text, html } = await mails.next(email);
      expect(text).to.match(/^Hello,$/m);
      expect(text + html).not.to.contain('evil.example');
    });
  });

  describe('resendVerification', () => {
    const resend = (email: string): Promise<Response> => app.call('resendVerification', { body: { email } });

    it('sends a new link, which makes the old one worthless', async () => {
      const { account, token } = await newcomer();
      expect((await resend(` ${account.email.toUpperCase()}`)).status).to.equal(202);
      const newer = await mails.nextToken(account.email);
      expect(codeOf(await verify(token))).to.equal('link_invalid');
      expect((await verify(newer)).status).to.equal(200);
    });

    it('sends nothing to who has confirmed, to nobody, and twice within a minute, and says the same', async () => {
      const { account, token } = await newcomer();
      const first = await resend(account.email);
      await mails.next(account.email);
      const second = await resend(account.email);
      const nobody = await resend('nobody@example.com');
      await verify(token).then(() => undefined);
      expect(second.body).to.deep.equal(first.body);
      expect(nobody.body).to.deep.equal(first.body);
      await until(async () => {
        const [rows] = await app.sequelize.query(
          `SELECT 1 FROM pgboss.job WHERE state < 'completed' AND name LIKE 'mail%'`,
        );
        return rows.length === 0;
      });
      expect(mails.received.filter(({ to }) => [account.email, 'nobody@example.com'].includes(to))).to.deep.equal([]);
    });
  });

  describe('forgotPassword and resetPassword', () => {
    beforeEach(async () => ({ account } = await newcomer()));

    it('choose a new password, once, prove the address and end all sessions', async () => {
      await forgot(account.email.toUpperCase());
      const token = await mails.nextToken(account.email);
      expect((await reset(token)).status).to.equal(200);
      expect((await mails.next(account.email)).subject).to.equal('Your password has been changed');

      expect(codeOf(await app.call('getCurrentUser', { token: account.token }))).to.equal('session_ended');
      expect(codeOf(await logIn(account.email, account.password))).to.equal('invalid_credentials');
      const signedIn = await logIn(account.email, newPassword);
      expect(signedIn.status).to.equal(200);
      expect((await emailOf(heldBy(signedIn))).email_verified_at).to.be.a('string');
      expect(codeOf(await reset(token))).to.equal('link_invalid');
    });

    it('take the newest link only', async () => {
      await forgot(account.email);
      const older = await mails.nextToken(account.email);
      await passMinute();
      await forgot(account.email);
      const newer = await mails.nextToken(account.email);
      expect(codeOf(await reset(older))).to.equal('link_invalid');
      expect((await reset(newer)).status).to.equal(200);
    });

    it('are worth nothing once the account has another address', async () => {
      await forgot(account.email);
      const token = await mails.nextToken(account.email);
      const change = 'UPDATE users SET email = $2 WHERE id = $1';
      await app.sequelize.query(change, { bind: [account.id, newAccount().email] });
      expect(codeOf(await reset(token))).to.equal('link_invalid');
    });

    it('raced by changes of the same account wait for each other, and none fails', async () => {
      for (let round = 0; round < 4; round += 1) {
        const { account: person } = await newcomer();
        await forgot(person.email);
        const token = await mails.nextToken(person.email);
        const { email } = newAccount();
        await app.call('changeEmail', { token: person.token, body: { email, password: person.password } });
        const change = await mails.nextToken(email);
        const body = { current_password: person.password, new_password: newPassword };
        const responses = await Promise.all([
          reset(token),
          verify(change),
          app.call('changePassword', { token: person.token, body }),
          app.call('deleteCurrentUser', { token: person.token, body: { password: person.password } }),
        ]);
        for (const response of responses) expect(response.status, response.text).to.be.below(500);
      }
    });

    it('raced by ten with one token let one of them choose', async () => {
      await forgot(account.email);
      const token = await mails.nextToken(account.email);
      const passwords = Array.from({ length: 10 }, (_, n) => `password of racer ${n}`);
      const responses = await Promise.all(passwords.map((password) => reset(token, password)));
      const winners = passwords.filter((_, n) => responses[n]!.status === 200);
      expect(winners).to.have.length(1);
      expect(responses.filter((response) => codeOf(response) === 'link_invalid')).to.have.length(9);
      expect((await logIn(account.email, winners[0]!)).status).to.equal(200);
    });

    it('say the same of an unknown address, and send nothing', async () => {
      const known = await app.call('forgotPassword', { body: { email: account.email } });
      const unknown = await app.call('forgotPassword', { body: { email: 'unknown@example.com' } });
      expect([unknown.status, unknown.body]).to.deep.equal([known.status, known.body]);
      await mails.next(account.email);
      expect(mails.received.filter(({ to }) => to === 'unknown@example.com')).to.deep.equal([]);
    });
  });

  describe('changePassword', () => {
    beforeEach(async () => ({ account } = await newcomer()));
    const change = (current: string, chosen = newPassword): Promise<Response> =>
      app.call('changePassword', {
        token: account.token,
        body: { current_password: current, new_password: chosen },
      });

    it('takes the current password, ends the other sessions, and tells by mail', async () => {
      const other = heldBy(await logIn(account.email, account.password));
      expect((await change(account.password)).status).to.equal(204);
      expect(codeOf(await app.call('getCurrentUser', { token: other.token }))).to.equal('session_ended');
      expect((await app.call('getCurrentUser', { token: account.token })).status).to.equal(200);
      expect((await logIn(account.email, newPassword)).status).to.equal(200);
      expect((await mails.next(account.email)).subject).to.equal('Your password has been changed');
    });

    it('refuses a wrong one, and changes nothing', async () => {
      const response = await change('not the password');
      expect(response.status).to.equal(403);
      expect(codeOf(response)).to.equal('wrong_password');
      expect((await logIn(account.email, account.password)).status).to.equal(200);
    });

    it('leaves no session of who was signing in with the old password meanwhile', async () => {
      const [changed] = await Promise.all([
        change(account.password),
        ...Array.from({ length: 8 }, () => logIn(account.email, account.password)),
      ]);
      expect(changed.status).to.equal(204);
      const [rows] = await app.sequelize.query('SELECT id FROM sessions WHERE user_id = $1', { bind: [account.id] });
      expect(rows).to.deep.equal([{ id: account.sessionId }]);
    });

    it('raced by five from one password lets one of them choose', async () => {
      const statuses = await Promise.all(
        [1, 2, 3, 4, 5].map(async (n) => (await change(account.password, `password number ${n}`)).status),
      );
      expect(statuses.sort()).to.deep.equal([204, 403, 403, 403, 403]);
    });
  });

  describe('changeEmail', () => {
    beforeEach(async () => ({ account } = await newcomer()));
    const change = (email: string, password = account.password): Promise<Response> =>
      app.call('changeEmail', { token: account.token, body: { email, password } });

    it('changes the address at the link, and tells the old one', async () => {
      const { email } = newAccount();
      expect((await change(email.toUpperCase())).status).to.equal(202);
      expect((await mails.next(account.email)).subject).to.equal('Your e-mail address is about to change');
      expect(await emailOf(account)).to.include({ email: account.email });
      const token = await mails.nextToken(email);
      expect((await verify(token)).status).to.equal(200);
      expect(await emailOf(account)).to.include({ email });
      expect((await logIn(email, account.password)).status).to.equal(200);
      expect((await logIn(account.email, account.password)).status).to.equal(401);
    });

    it('makes links worthless that went to the old address', async () => {
      await forgot(account.email);
      const resetToken = await mails.nextToken(account.email);
      const { email } = newAccount();
      await change(email);
      await verify(await mails.nextToken(email));
      expect(codeOf(await reset(resetToken))).to.equal('link_invalid');
    });

    it('refuses a wrong password, and sends nothing', async () => {
      const { email } = newAccount();
      const response = await change(email, 'not the password');
      expect(response.status).to.equal(403);
      expect(codeOf(response)).to.equal('wrong_password');
      expect(mails.received.filter(({ to }) => to === email)).to.deep.equal([]);
    });

    it('does not tell the caller that somebody has the address, but tells that somebody', async () => {
      const { account: owner } = await newcomer();
      const { email } = newAccount();
      const free = await change(email);
      const taken = await change(owner.email);
      expect([taken.status, taken.body]).to.deep.equal([free.status, free.body]);
      expect((await mails.next(owner.email)).subject).to.equal('You have an account already');
    });

    it('says at the link that somebody else was faster, and changes nothing', async () => {
      const { email, ...rest } = newAccount();
      await change(email);
      const token = await mails.nextToken(email);
      await app.call('signUp', { body: { email, ...rest } });
      const response = await verify(token);
      expect(response.status).to.equal(409);
      expect(codeOf(response)).to.equal('email_taken');
      expect(await emailOf(account)).to.include({ email: account.email });
    });
  });

  describe('deleteCurrentUser', () => {
    beforeEach(async () => ({ account } = await newcomer()));
    const remove = (password: string): Promise<Response> =>
      app.call('deleteCurrentUser', { token: account.token, body: { password } });

    it('removes all that is known, ends the sessions, and frees the address', async () => {
      await forgot(account.email);
      await mails.next(account.email);
      expect((await remove(account.password)).status).to.equal(204);
      expect(codeOf(await app.call('getCurrentUser', { token: account.token }))).to.equal('session_ended');
      for (const table of ['users WHERE id', 'sessions WHERE user_id', 'action_tokens WHERE user_id']) {
        const [rows] = await app.sequelize.query(`SELECT 1 FROM ${table} = $1`, { bind: [account.id] });
        expect(rows, table).to.deep.equal([]);
      }
      for (const table of ['job', 'archive']) {
        const sql = `SELECT 1 FROM pgboss.${table} WHERE data::text LIKE '%' || $1 || '%'`;
        expect((await app.sequelize.query(sql, { bind: [account.email] }))[0], table).to.deep.equal([]);
      }
      const { first_name, last_name } = newAccount();
      const body = { email: account.email, password: newPassword, first_name, last_name };
      expect((await app.call('signUp', { body })).status).to.equal(201);
    });

    it('refuses a wrong password, and removes nothing', async () => {
      const response = await remove('not the password');
      expect(response.status).to.equal(403);
      expect(codeOf(response)).to.equal('wrong_password');
      expect((await app.call('getCurrentUser', { token: account.token })).status).to.equal(200);
    });
  });

  describe('the queue', () => {
    it('sends again what the mail server refused, with the same link', async () => {
      mails.refuse(2);
      const made = await signedInAccount(app);
      await until(async () => {
        // The waits between the tries are cut short.
        await app.sequelize.query("UPDATE pgboss.job SET start_after = now() WHERE state = 'retry'");
        return mails.received.some(({ to }) => to === made.email);
      });
      expect((await verify(await mails.nextToken(made.email))).status).to.equal(200);
      expect(app.logText()).to.contain('A job failed and will be tried again');
    });

    it('has nothing of a change that was rolled back', async () => {
      const { email, ...rest } = newAccount();
      await app.call('signUp', { body: { email, ...rest } });
      await mails.next(email);
      expect((await app.call('signUp', { body: { email, ...rest } })).status).to.equal(409);
      const [rows] = await app.sequelize.query(`SELECT 1 FROM pgboss.job WHERE data->>'to' = $1`, { bind: [email] });
      expect(rows).to.have.length(1);
    });

    it('cleans up what has expired, and nothing else', async () => {
      const { account: made } = await newcomer();
      await forgot(made.email);
      await mails.next(made.email);
      const other = heldBy(await logIn(made.email, made.password));
      await app.sequelize.query('UPDATE sessions SET expires_at = now() WHERE id = $1', { bind: [other.sessionId] });
      await app.sequelize.query(`UPDATE action_tokens SET expires_at = now() WHERE purpose = 'reset_password'`);
      await app.sequelize.query(
        `INSERT INTO sign_in_attempts VALUES ('old', 1, gen_random_uuid(), now() - interval '2 days')`,
      );
      await app.sequelize.query(`INSERT INTO pgboss.job (name) VALUES ('clean-up')`);
      const left = async (sql: string): Promise<number> => (await app.sequelize.query(sql))[0].length;
      await until(async () => (await left(`SELECT 1 FROM sign_in_attempts WHERE key = 'old'`)) === 0);
      expect(await left('SELECT 1 FROM sessions WHERE expires_at <= now()')).to.equal(0);
      expect(await left(`SELECT 1 FROM action_tokens WHERE expires_at <= now()`)).to.equal(0);
      expect(await left(`SELECT 1 FROM action_tokens WHERE purpose = 'verify_email'`)).to.be.above(0);
      expect((await app.call('getCurrentUser', { token: made.token })).status).to.equal(200);
    });

    it('holds no token and no password', async () => {
      const { account: made, token } = await newcomer();
      const [rows] = await app.sequelize.query('SELECT data FROM pgboss.job');
      const text = JSON.stringify(rows);
      expect(text).to.contain(made.email).and.not.contain(token).and.not.contain(made.password);
      expect(app.logText()).not.to.contain(token);
    });
  });
});

describe('sign-ups in the mode verified', () => {
  let mails: MailServer;
  let app: TestApp;
  before(async () => {
    mails = await MailServer.start();
    app = await startTestApp({ SMTP_URL: mails.url, SIGNUP_MODE: 'verified' });
  });
  after(async () => {
    await app.close();
    await mails.close();
  });

  it('say the same of a free and of a taken address, by sign-in too, and the mail says the rest', async () => {
    const { email, ...rest } = newAccount();
    const signUp = (): Promise<Response> => app.call('signUp', { body: { email, ...rest } });
    const first = await signUp();
    expect(first.status).to.equal(202);
    await mails.nextToken(email);
    const token = await (async () => {
      const second = await signUp();
      expect([second.status, second.body]).to.deep.equal([first.status, first.body]);
      return mails.nextToken(email);
    })();

    const credentials = { email, password: rest.password };
    expect((await app.call('logIn', { body: credentials })).body).to.include({ code: 'invalid_credentials' });
    await app.call('verifyEmail', { body: { token } });
    expect((await app.call('logIn', { body: credentials })).status).to.equal(200);

    const third = await signUp();
    expect([third.status, third.body]).to.deep.equal([first.status, first.body]);
    expect((await mails.next(email)).subject).to.equal('You have an account already');
  });

  it('give an address that nobody proved to who signs up last, by a link of its own', async () => {
    const { email, ...rest } = newAccount();
    await app.call('signUp', { body: { email, ...rest, password: 'the password of somebody else' } });
    const older = await mails.nextToken(email);
    await app.call('signUp', { body: { email, ...rest } });
    const newer = await mails.nextToken(email);
    expect((await app.call('verifyEmail', { body: { token: older } })).body).to.include({ code: 'link_invalid' });
    await app.call('verifyEmail', { body: { token: newer } });
    const logIn = async (password: string): Promise<number> =>
      (await app.call('logIn', { body: { email, password } })).status;
    expect(await logIn('the password of somebody else')).to.equal(401);
    expect(await logIn(rest.password)).to.equal(200);
  });

  it('do not tell by locking either: the right password before the proof counts as a wrong one', async () => {
    const { email, ...rest } = newAccount();
    await app.call('signUp', { body: { email, ...rest } });
    const codes = [];
    for (let n = 0; n < 11; n += 1) {
      const response = await app.call('logIn', { body: { email, password: rest.password } });
      codes.push((response.body as { code: string }).code);
    }
    expect(codes).to.deep.equal([...Array<string>(10).fill('invalid_credentials'), 'sign_in_locked']);
  });
});

describe('sign-ins where addresses have to be confirmed', () => {
  it('are refused before that, and say why', async () => {
    const mails = await MailServer.start();
    const app = await startTestApp({ SMTP_URL: mails.url, REQUIRE_VERIFIED_EMAIL: 'true' });
    const { email, password, ...names } = newAccount();
    await app.call('signUp', { body: { email, password, ...names } });
    const refused = await app.call('logIn', { body: { email, password } });
    expect(refused.status).to.equal(403);
    expect(refused.body).to.include({ code: 'email_not_verified' });
    await app.call('verifyEmail', { body: { token: await mails.nextToken(email) } });
    expect((await app.call('logIn', { body: { email, password } })).status).to.equal(200);
    await app.close();
    await mails.close();
  });
});
