import { expect } from 'chai';
import type { Response } from 'supertest';
import { heldBy, newAccount, signedInAccount, type TestAccount } from '../support/accounts.js';
import { cleanUp, codeOf, passMinute, startMailedApp, untilJobsDone } from '../support/mailedApp.js';
import type { MailServer } from '../support/mailServer.js';
import type { TestApp } from '../support/testApp.js';
import { untilOneWaits } from '../support/untilOneWaits.js';

const newPassword = 'a new horse battery staple';

describe('mails', () => {
  let mails: MailServer;
  let app: TestApp;
  let account: TestAccount;
  before(async () => {
    ({ app, mails } = await startMailedApp({
      MAIL_FROM: 'Smart Audit <audit@example.com>',
      APP_NAME: 'Smart <b> & "Agent"',
    }));
  });
  after(() => app.close());

  const logIn = (email: string, password: string): Promise<Response> =>
    app.call('logIn', { body: { email, password } });
  const verify = (token: string, { password }: { password: string } = account): Promise<Response> =>
    app.call('verifyEmail', { body: { token, password } });
  const forgot = async (email: string): Promise<void> => {
    expect((await app.call('forgotPassword', { body: { email } })).status).to.equal(202);
  };
  const reset = (token: string, password = newPassword): Promise<Response> =>
    app.call('resetPassword', { body: { token, password } });

  /** An account whose sign-up mail is consumed. */
  async function newcomer(): Promise<{ account: TestAccount; token: string }> {
    const made = await signedInAccount(app);
    return { account: made, token: await mails.nextToken(made.email) };
  }

  /** Waits until all mails are sent, and expects none to these addresses. */
  async function expectNoMailTo(...addresses: string[]): Promise<void> {
    await untilJobsDone(app);
    expect(mails.received.filter(({ to }) => addresses.includes(to))).to.deep.equal([]);
  }

  /** The log lines of this event and account. */
  function eventsOf(userId: string, event: string): Record<string, unknown>[] {
    return app.logLines().filter((line) => line['event'] === event && line['user_id'] === userId);
  }

  async function emailOf({ token }: { token: string }): Promise<{ email: string; email_verified_at: string | null }> {
    return (await app.call('getCurrentUser', { token })).body as never;
  }

  describe('verifyEmail', () => {
    it('accepts the token of the sign-up mail once', async () => {
      const { email, ...rest } = newAccount();
      await app.call('signUp', { body: { email, ...rest, first_name: "O'Brien" } });
      const mail = await mails.next(email);
      expect(mail).to.include({ from: 'audit@example.com', subject: 'Confirm your email address' });
      expect(mail.text).to.contain("Hello O'Brien,").and.contain('at Smart <b> & "Agent", ignore');
      const [link] = /http:\/\/localhost:3000\/verify-email#token=\S+/.exec(mail.text)!;
      expect(mail.html).to.contain(`<a href="${link}">`).and.contain('<p>Hello O&#39;Brien,</p>');
      expect(mail.html).to.contain('at Smart &#60;b&#62; &#38; &#34;Agent&#34;, ignore');
      const token = link.split('=')[1]!;

      expect((await verify(token, rest)).status).to.equal(200);
      const { access_token: access } = (await logIn(email, rest.password)).body as { access_token: string };
      expect((await emailOf({ token: access })).email_verified_at).to.be.a('string');
      const again = await verify(token, rest);
      expect(again.status).to.equal(400);
      expect(codeOf(again)).to.equal('link_invalid');
    });

    it('rejects malformed and expired tokens and those of other mails', async () => {
      const { account, token } = await newcomer();
      await forgot(account.email);
      const resetToken = await mails.nextToken(account.email);
      expect(codeOf(await verify('abc', account))).to.equal('link_invalid');
      expect(codeOf(await verify(resetToken, account))).to.equal('link_invalid');
      await app.sequelize.query(`UPDATE links SET expires_at = now() WHERE purpose = 'verify_email'`);
      expect(codeOf(await verify(token, account))).to.equal('link_invalid');
      expect((await emailOf(account)).email_verified_at).to.equal(null);
    });

    it('omits a name that could carry a message from the greeting', async () => {
      for (const name of ['Win at https://evil.example', "O'Brien <b>"]) {
        const { email, ...rest } = newAccount();
        await app.call('signUp', { body: { email, ...rest, first_name: name } });
        const { text, html } = await mails.next(email);
        expect(text).to.match(/^Hello,$/m);
        expect(text + html).not.to.match(/evil|Brien/);
      }
    });
  });

  describe('resendVerification', () => {
    const resend = (email: string): Promise<Response> => app.call('resendVerification', { body: { email } });

    it('sends a new link, and the old one works until either is used', async () => {
      for (const used of ['older', 'newer'] as const) {
        const { account, token: older } = await newcomer();
        expect((await resend(` ${account.email.toUpperCase()}`)).status).to.equal(202);
        const links = { older, newer: await mails.nextToken(account.email) };
        expect((await verify(links[used], account)).status).to.equal(200);
        for (const token of Object.values(links)) expect(codeOf(await verify(token, account))).to.equal('link_invalid');
      }
    });

    it('answers alike but sends nothing to verified or unknown addresses, nor twice within a minute', async () => {
      const { account } = await newcomer();
      const { account: confirmed, token } = await newcomer();
      expect((await verify(token, confirmed)).status).to.equal(200);
      const first = await resend(account.email);
      await mails.next(account.email);
      const second = await resend(account.email);
      const nobody = await resend('nobody@example.com');
      const proved = await resend(confirmed.email);
      for (const { status, body } of [second, nobody, proved]) {
        expect([status, body]).to.deep.equal([first.status, first.body]);
      }
      await expectNoMailTo(account.email, 'nobody@example.com', confirmed.email);
    });
  });

  describe('forgotPassword and resetPassword', () => {
    beforeEach(async () => ({ account } = await newcomer()));

    it('set a new password once, verify the address and end all sessions', async () => {
      await forgot(account.email.toUpperCase());
      const token = await mails.nextToken(account.email);
      expect((await reset(token)).status).to.equal(200);
      expect((await mails.next(account.email)).subject).to.equal('Your password has been changed');
      expect(eventsOf(account.id, 'password_changed').map(({ how }) => how)).to.deep.equal(['reset']);

      expect(codeOf(await app.call('getCurrentUser', { token: account.token }))).to.equal('session_ended');
      expect(codeOf(await logIn(account.email, account.password))).to.equal('invalid_credentials');
      const signedIn = await logIn(account.email, newPassword);
      expect(signedIn.status).to.equal(200);
      expect((await emailOf(heldBy(signedIn))).email_verified_at).to.be.a('string');
      expect(codeOf(await reset(token))).to.equal('link_invalid');
    });

    it('accept any link until one is used', async () => {
      await forgot(account.email);
      const older = await mails.nextToken(account.email);
      await passMinute(app);
      await forgot(account.email);
      const newer = await mails.nextToken(account.email);
      expect((await reset(older)).status).to.equal(200);
      expect(codeOf(await reset(newer))).to.equal('link_invalid');
    });

    it('reject a common password, as changePassword does, and keep the link valid', async () => {
      await forgot(account.email);
      const token = await mails.nextToken(account.email);
      const body = { current_password: account.password, new_password: 'Password123' };
      for (const response of [
        await reset(token, 'Password123'),
        await app.call('changePassword', { token: account.token, body }),
      ]) {
        expect(response.status).to.equal(400);
        expect(codeOf(response)).to.equal('password_too_common');
      }
      expect((await reset(token)).status).to.equal(200);
    });

    it('run concurrently with other changes of the account without failures', async () => {
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

    it('accept a link from one of ten concurrent requests', async () => {
      await forgot(account.email);
      const token = await mails.nextToken(account.email);
      const passwords = Array.from({ length: 10 }, (_, n) => `password of racer ${n}`);
      const responses = await Promise.all(passwords.map((password) => reset(token, password)));
      const winners = passwords.filter((_, n) => responses[n]!.status === 200);
      expect(winners).to.have.length(1);
      expect(responses.filter((response) => codeOf(response) === 'link_invalid')).to.have.length(9);
      expect((await logIn(account.email, winners[0]!)).status).to.equal(200);
    });

    it('answer alike for an unknown address, and send nothing', async () => {
      const known = await app.call('forgotPassword', { body: { email: account.email } });
      const unknown = await app.call('forgotPassword', { body: { email: 'unknown@example.com' } });
      expect([unknown.status, unknown.body]).to.deep.equal([known.status, known.body]);
      await mails.next(account.email);
      await expectNoMailTo('unknown@example.com');
    });
  });

  describe('changePassword', () => {
    beforeEach(async () => ({ account } = await newcomer()));
    const change = (current: string, chosen = newPassword): Promise<Response> =>
      app.call('changePassword', {
        token: account.token,
        body: { current_password: current, new_password: chosen },
      });

    it('requires the current password, ends the other sessions and sends a mail', async () => {
      const other = heldBy(await logIn(account.email, account.password));
      expect((await change(account.password)).status).to.equal(204);
      expect(codeOf(await app.call('getCurrentUser', { token: other.token }))).to.equal('session_ended');
      expect((await app.call('getCurrentUser', { token: account.token })).status).to.equal(200);
      expect((await logIn(account.email, newPassword)).status).to.equal(200);
      expect((await mails.next(account.email)).subject).to.equal('Your password has been changed');
    });

    it('leaves no session of a concurrent login with the old password', async () => {
      const [changed] = await Promise.all([
        change(account.password),
        ...Array.from({ length: 8 }, () => logIn(account.email, account.password)),
      ]);
      expect(changed.status).to.equal(204);
      const [rows] = await app.sequelize.query('SELECT id FROM sessions WHERE user_id = $1', { bind: [account.id] });
      expect(rows).to.deep.equal([{ id: account.sessionId }]);
    });

    it('lets one of five concurrent changes succeed', async () => {
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

    it('changes the address when the link is followed, and notifies the old address', async () => {
      const { email } = newAccount();
      expect((await change(email.toUpperCase())).status).to.equal(202);
      expect((await mails.next(account.email)).subject).to.equal('Your email address is about to change');
      expect(await emailOf(account)).to.include({ email: account.email });
      const token = await mails.nextToken(email);
      expect((await verify(token)).status).to.equal(200);
      expect(eventsOf(account.id, 'email_verified')).to.have.length(1);
      expect(await emailOf(account)).to.include({ email });
      expect((await logIn(email, account.password)).status).to.equal(200);
      expect((await logIn(account.email, account.password)).status).to.equal(401);
    });

    it('does not reveal that an address is taken, but notifies its owner', async () => {
      const { account: owner } = await newcomer();
      const { email } = newAccount();
      const free = await change(email);
      const taken = await change(owner.email);
      expect([taken.status, taken.body]).to.deep.equal([free.status, free.body]);
      expect((await mails.next(owner.email)).subject).to.equal('You already have an account');
    });

    it('answers email_taken at the link when the address was taken meanwhile', async () => {
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

    it('removes all data, ends the sessions and frees the address', async () => {
      await forgot(account.email);
      await mails.next(account.email);
      const jobs = async (table: string, email: string): Promise<number> => {
        const sql = `SELECT 1 FROM pgboss.${table} WHERE data::text LIKE '%' || $1 || '%'`;
        return (await app.sequelize.query(sql, { bind: [email] }))[0].length;
      };
      // A mail to an address that is not the account's yet.
      const { email: pending } = newAccount();
      await app.call('changeEmail', { token: account.token, body: { email: pending, password: account.password } });
      await mails.next(pending);
      // pg-boss archives finished jobs later.
      await app.sequelize.query('INSERT INTO pgboss.archive SELECT * FROM pgboss.job ON CONFLICT DO NOTHING');
      const places = ['job', 'archive'].flatMap((table) =>
        [account.email, pending].map((email) => [table, email] as const),
      );
      for (const place of places) expect(await jobs(...place), place.join()).to.be.above(0);
      expect((await remove(account.password)).status).to.equal(204);
      expect(codeOf(await app.call('getCurrentUser', { token: account.token }))).to.equal('session_ended');
      for (const table of ['users WHERE id', 'sessions WHERE user_id', 'links WHERE user_id']) {
        const [rows] = await app.sequelize.query(`SELECT 1 FROM ${table} = $1`, { bind: [account.id] });
        expect(rows, table).to.deep.equal([]);
      }
      for (const place of places) expect(await jobs(...place), place.join()).to.equal(0);
      expect((await app.call('signUp', { body: { ...newAccount(), email: account.email } })).status).to.equal(201);
    });

    it('removes failed logins with the account', async () => {
      const { email, password } = account;
      const removed = await app.sequelize.transaction(async (transaction) => {
        const lock = 'SELECT 1 FROM users WHERE id = $1 FOR UPDATE';
        await app.sequelize.query(lock, { bind: [account.id], transaction });
        const response = remove(password);
        await untilOneWaits(app.sequelize);
        // The right password of the deletion has reset earlier failures.
        for (let n = 0; n < 10; n += 1) expect(codeOf(await logIn(email, 'wrong'))).to.equal('invalid_credentials');
        return { response };
      });
      expect((await removed.response).status).to.equal(204);
      await app.call('signUp', { body: { ...newAccount(), email } });
      expect((await logIn(email, password)).status).to.equal(200);
    });
  });

  for (const [operationId, field, rest] of [
    ['changePassword', 'current_password', { new_password: newPassword }],
    ['changeEmail', 'password', { email: newAccount().email }],
    ['deleteCurrentUser', 'password', {}],
  ] as const) {
    it(`rejects a wrong password in ${operationId}, changes nothing and sends no mail`, async () => {
      ({ account } = await newcomer());
      const before = await emailOf(account);
      const body = { [field]: 'not the password', ...rest };
      const response = await app.call(operationId, { token: account.token, body });
      expect(response.body).to.include({ status_code: 403, code: 'wrong_password' });
      expect(await emailOf(account)).to.deep.equal(before);
      expect((await logIn(account.email, account.password)).status).to.equal(200);
      await expectNoMailTo(account.email, 'email' in rest ? rest.email : '');
    });
  }

  describe('the queue', () => {
    it('retries a rejected mail with the same link', async () => {
      mails.refuse(2);
      const made = await signedInAccount(app);
      await untilJobsDone(app);
      expect((await verify(await mails.nextToken(made.email), made)).status).to.equal(200);
      expect(app.logText()).to.contain('Job failed; it will be retried');
    });

    it('contains no job of a rolled back change', async () => {
      const { email, ...rest } = newAccount();
      await app.call('signUp', { body: { email, ...rest } });
      await mails.next(email);
      expect((await app.call('signUp', { body: { email, ...rest } })).status).to.equal(409);
      const [rows] = await app.sequelize.query(`SELECT 1 FROM pgboss.job WHERE data->>'to' = $1`, { bind: [email] });
      expect(rows).to.have.length(1);
    });

    it('removes only expired data in a clean-up', async () => {
      const { account: made } = await newcomer();
      await forgot(made.email);
      await mails.next(made.email);
      const other = heldBy(await logIn(made.email, made.password));
      await app.sequelize.query('UPDATE sessions SET expires_at = now() WHERE id = $1', { bind: [other.sessionId] });
      await app.sequelize.query(`UPDATE links SET expires_at = now() WHERE purpose = 'reset_password'`);
      await app.sequelize.query(
        `INSERT INTO sign_in_attempts VALUES ('old', 1, gen_random_uuid(), now() - interval '2 days')`,
      );
      await cleanUp(app);
      const left = async (sql: string): Promise<number> => (await app.sequelize.query(sql))[0].length;
      expect(await left(`SELECT 1 FROM sign_in_attempts WHERE key = 'old'`)).to.equal(0);
      expect(await left('SELECT 1 FROM sessions WHERE expires_at <= now()')).to.equal(0);
      expect(await left(`SELECT 1 FROM links WHERE expires_at <= now()`)).to.equal(0);
      expect(await left(`SELECT 1 FROM links WHERE purpose = 'verify_email'`)).to.be.above(0);
      expect((await app.call('getCurrentUser', { token: made.token })).status).to.equal(200);
    });

    it('contains no token and no password', async () => {
      const { account: made, token } = await newcomer();
      const [rows] = await app.sequelize.query('SELECT data FROM pgboss.job');
      const text = JSON.stringify(rows);
      expect(text).to.contain(made.email).and.not.contain(token).and.not.contain(made.password);
      expect(app.logText()).not.to.contain(token);
    });
  });
});

describe('SIGNUP_MODE=verified', () => {
  let mails: MailServer;
  let app: TestApp;
  before(async () => ({ app, mails } = await startMailedApp({ SIGNUP_MODE: 'verified' })));
  after(() => app.close());

  const signUp = async (fields: ReturnType<typeof newAccount>): Promise<string> => {
    const response = await app.call('signUp', { body: fields });
    expect(response.status).to.equal(202);
    return JSON.stringify(response.body);
  };
  const confirm = (token: string, password: string): Promise<Response> =>
    app.call('verifyEmail', { body: { token, password } });
  const logIn = async (email: string, password: string): Promise<number> =>
    (await app.call('logIn', { body: { email, password } })).status;

  it('answers alike for free and taken addresses, in logIn too, and explains in the mail', async () => {
    const person = newAccount();
    const { email, password } = person;
    const first = await signUp(person);
    const token = await mails.nextToken(email);
    expect(await signUp(person)).to.equal(first);
    expect(await mails.nextToken(email)).not.to.equal(token);

    expect((await app.call('logIn', { body: { email, password } })).body).to.include({ code: 'invalid_credentials' });
    expect((await confirm(token, password)).status).to.equal(200);
    expect(await logIn(email, password)).to.equal(200);

    expect(await signUp(person)).to.equal(first);
    expect((await mails.next(email)).subject).to.equal('You already have an account');
  });

  for (const strangerIs of ['first', 'last'] as const) {
    it(`gives an address to its owner when a stranger signs up with it ${strangerIs}`, async () => {
      const owner = newAccount();
      const stranger = { ...owner, password: 'the password of a stranger', first_name: 'Mallory' };
      const links: Record<string, string> = {};
      for (const who of strangerIs === 'first' ? [stranger, owner] : [owner, stranger]) {
        await signUp(who);
        links[who.password] = await mails.nextToken(owner.email);
      }
      // The owner follows the stranger's link: with the owner's password it does nothing.
      const refused = await confirm(links[stranger.password]!, owner.password);
      expect(refused.body).to.include({ status_code: 403, code: 'wrong_password' });
      expect((await confirm(links[owner.password]!, owner.password)).status).to.equal(200);
      for (const link of Object.values(links)) {
        expect((await confirm(link, stranger.password)).body).to.include({ code: 'link_invalid' });
      }
      expect(await logIn(owner.email, stranger.password)).to.equal(401);
      expect(await logIn(owner.email, owner.password)).to.equal(200);
    });
  }

  it('locks a sign-up only after wrong passwords at its own link', async () => {
    const person = newAccount();
    await signUp(person);
    const token = await mails.nextToken(person.email);
    for (let n = 0; n < 11; n += 1) await logIn(person.email, 'a guess of someone else');
    const codes: unknown[] = [];
    for (let n = 0; n < 11; n += 1) codes.push(((await confirm(token, 'wrong')).body as { code: string }).code);
    expect(codes).to.deep.equal([...Array<string>(10).fill('wrong_password'), 'sign_in_locked']);
    await app.sequelize.query('DELETE FROM sign_in_attempts');
    for (let n = 0; n < 11; n += 1) await logIn(person.email, 'a guess of someone else');
    expect((await confirm(token, person.password)).status).to.equal(200);
  });

  it('confirms a sign-up once, however many requests race', async () => {
    const person = newAccount();
    await signUp(person);
    const token = await mails.nextToken(person.email);
    const answers = await Promise.all([1, 2, 3, 4].map(() => confirm(token, person.password)));
    expect(answers.filter(({ status }) => status === 200)).to.have.length(1);
    expect(answers.filter(({ status }) => status >= 500)).to.have.length(0);
  });

  it('resends the newest sign-up with the same link', async () => {
    const person = newAccount();
    await signUp({ ...person, password: 'an older password' });
    await mails.next(person.email);
    await signUp(person);
    const token = await mails.nextToken(person.email);
    await app.call('resendVerification', { body: { email: person.email } });
    expect(await mails.nextToken(person.email)).to.equal(token);
  });

  it('removes a sign-up after a day', async () => {
    const person = newAccount();
    await signUp(person);
    const token = await mails.nextToken(person.email);
    const sql = `SELECT extract(epoch FROM expires_at - now())::int AS seconds FROM sign_ups WHERE email = $1`;
    const kept = async (): Promise<unknown[]> => (await app.sequelize.query(sql, { bind: [person.email] }))[0];
    expect(((await kept()) as { seconds: number }[])[0]!.seconds).to.be.within(86_300, 86_400);
    await app.sequelize.query('UPDATE sign_ups SET expires_at = now()');
    expect((await confirm(token, person.password)).body).to.include({ code: 'link_invalid' });
    await cleanUp(app);
    expect(await kept()).to.deep.equal([]);
  });

  it('does not change a deactivated account', async () => {
    const person = newAccount();
    await signUp(person);
    await confirm(await mails.nextToken(person.email), person.password);
    for (const verified of ['now()', 'NULL']) {
      const change = `UPDATE users SET is_active = false, email_verified_at = ${verified} WHERE email = $1`;
      await app.sequelize.query(change, { bind: [person.email] });
      await signUp({ ...person, password: 'another password of hers' });
      await untilJobsDone(app);
    }
    await app.sequelize.query('UPDATE users SET is_active = true, email_verified_at = now()');
    expect(await logIn(person.email, person.password)).to.equal(200);
    expect(mails.received.filter(({ to }) => to === person.email)).to.deep.equal([]);
  });

  it('rejects a common password and sends nothing', async () => {
    const { email, ...rest } = newAccount();
    const response = await app.call('signUp', { body: { email, ...rest, password: 'Password123' } });
    expect(response.status).to.equal(400);
    expect(response.body).to.include({ code: 'password_too_common' });
    const sql = `SELECT 1 FROM pgboss.job WHERE data::text LIKE '%' || $1 || '%'`;
    expect((await app.sequelize.query(sql, { bind: [email] }))[0]).to.deep.equal([]);
  });

  it('counts a right password before verification as wrong, so that a lock reveals nothing', async () => {
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

describe('REQUIRE_VERIFIED_EMAIL', () => {
  it('rejects a login until the address is verified, and says why', async () => {
    const { app, mails } = await startMailedApp({ REQUIRE_VERIFIED_EMAIL: 'true' });
    const { email, password, ...names } = newAccount();
    await app.call('signUp', { body: { email, password, ...names } });
    const refused = await app.call('logIn', { body: { email, password } });
    expect(refused.status).to.equal(403);
    expect(refused.body).to.include({ code: 'email_not_verified' });
    const wrong = await app.call('logIn', { body: { email, password: 'wrong' } });
    expect(wrong.body).to.include({ code: 'invalid_credentials' });
    await app.call('verifyEmail', { body: { token: await mails.nextToken(email), password } });
    expect((await app.call('logIn', { body: { email, password } })).status).to.equal(200);
    await app.close();
  });
});
