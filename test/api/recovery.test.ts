import { expect } from 'chai';
import type { Response } from 'supertest';
import { heldBy, logIn, newAccount, signedInAccount, tokenError, type TestAccount } from '../support/accounts.js';
import { withClockOff } from '../support/clock.js';
import { cleanUp, passMinute, startMailedApp, untilJobsDone } from '../support/mailedApp.js';
import type { MailServer, ReceivedMail } from '../support/mailServer.js';
import { codeOf, type TestApp } from '../support/testApp.js';
import { untilOneWaits } from '../support/untilOneWaits.js';

const newPassword = 'a new horse battery staple';
const hourMs = 3_600_000;

describe('mails', () => {
  let mails: MailServer;
  let app: TestApp;
  let account: TestAccount;
  before(async () => {
    const names = { MAIL_FROM: 'Smart Audit <audit@example.com>', APP_NAME: 'Smart <b> & "Agent"' };
    ({ app, mails } = await startMailedApp(names));
  });
  after(() => app.close());

  const verify = (token: string, { password }: { password: string } = account): Promise<Response> =>
    app.call('verifyEmail', { body: { token, password } });
  const forgot = (email: string): Promise<Response> => app.call('forgotPassword', { body: { email } });
  const reset = (token: string, password = newPassword): Promise<Response> =>
    app.call('resetPassword', { body: { token, password } });
  const changePassword = (by: TestAccount, chosen = newPassword): Promise<Response> =>
    app.call('changePassword', { token: by.token, body: { current_password: by.password, new_password: chosen } });

  const remove = ({ token, password }: TestAccount): Promise<Response> =>
    app.call('deleteCurrentUser', { token, body: { password } });

  /** A new account, and the token of its sign-up mail. */
  async function newcomer(): Promise<{ account: TestAccount; token: string }> {
    const made = await signedInAccount(app);
    return { account: made, token: await mails.nextToken(made.email) };
  }

  /** Requests a mail and returns the token in it. */
  async function forgotToken(email: string): Promise<string> {
    await forgot(email);
    return mails.nextToken(email);
  }

  /** Requests a change to a new address, and returns that address. */
  async function newAddressOf({ token, password }: TestAccount): Promise<string> {
    const { email } = newAccount();
    expect((await app.call('changeEmail', { token, body: { email, password } })).status).to.equal(202);
    return email;
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

  async function userOf({ token }: { token: string }): Promise<{ email: string; email_verified_at: string | null }> {
    return (await app.call('getCurrentUser', { token })).body as never;
  }

  async function expectMail(to: string, subject: string): Promise<void> {
    expect((await mails.next(to)).subject).to.equal(subject);
  }

  describe('verifyEmail', () => {
    it("takes the age of a link from the database's clock", async () => {
      let made = await newcomer();
      await withClockOff(30 * hourMs, async () => {
        expect((await verify(made.token, made.account)).status).to.equal(200);
      });
      await withClockOff(-30 * hourMs, async () => void (made = await newcomer()));
      expect((await verify(made.token, made.account)).status).to.equal(200);
    });

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
      const session = heldBy(await logIn(app, { email, password: rest.password }));
      expect((await userOf(session)).email_verified_at).to.be.a('string');
      expect((await verify(token, rest)).body).to.include({ status_code: 400, code: 'link_invalid' });
    });

    it('rejects malformed tokens and those of other mails', async () => {
      const { account } = await newcomer();
      for (const token of ['abc', await forgotToken(account.email)]) {
        expect(codeOf(await verify(token, account))).to.equal('link_invalid');
      }
      expect((await userOf(account)).email_verified_at).to.equal(null);
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
      const silent = [account.email, 'nobody@example.com', confirmed.email];
      for (const email of silent) expect((await resend(email)).body).to.deep.equal(first.body);
      await expectNoMailTo(...silent);
    });
  });

  describe('forgotPassword and resetPassword', () => {
    beforeEach(async () => ({ account } = await newcomer()));

    it('set a new password once, verify the address and end all sessions', async () => {
      await forgot(account.email.toUpperCase());
      const token = await mails.nextToken(account.email);
      expect((await reset(token)).status).to.equal(200);
      await expectMail(account.email, 'Your password has been changed');
      expect(eventsOf(account.id, 'password_changed').map(({ how }) => how)).to.deep.equal(['reset']);

      expect(await tokenError(app, account.token)).to.equal('session_ended');
      expect(codeOf(await logIn(app, account))).to.equal('invalid_credentials');
      const session = heldBy(await logIn(app, { ...account, password: newPassword }));
      expect((await userOf(session)).email_verified_at).to.be.a('string');
      expect(codeOf(await reset(token))).to.equal('link_invalid');
    });

    it('accept any link until one is used', async () => {
      const older = await forgotToken(account.email);
      await passMinute(app);
      const newer = await forgotToken(account.email);
      expect((await reset(older)).status).to.equal(200);
      expect(codeOf(await reset(newer))).to.equal('link_invalid');
    });

    it('reject a common password, as changePassword does, and keep the link valid', async () => {
      const token = await forgotToken(account.email);
      for (const { body } of [await reset(token, 'Password123'), await changePassword(account, 'Password123')]) {
        expect(body).to.include({ status_code: 400, code: 'password_too_common' });
      }
      expect((await reset(token)).status).to.equal(200);
    });

    it('run concurrently with other changes of the account without failures', async () => {
      for (let round = 0; round < 4; round += 1) {
        const { account: person } = await newcomer();
        const resetToken = await forgotToken(person.email);
        const change = await mails.nextToken(await newAddressOf(person));
        const responses = await Promise.all([
          reset(resetToken),
          verify(change),
          changePassword(person),
          remove(person),
        ]);
        for (const response of responses) expect(response.status, response.text).to.be.below(500);
      }
    });

    it('accept a link from one of ten concurrent requests', async () => {
      const token = await forgotToken(account.email);
      const passwords = Array.from({ length: 10 }, (_, n) => `password of racer ${n}`);
      const responses = await Promise.all(passwords.map((password) => reset(token, password)));
      const winners = passwords.filter((_, n) => responses[n]!.status === 200);
      expect(winners).to.have.length(1);
      expect(responses.filter((response) => codeOf(response) === 'link_invalid')).to.have.length(9);
      expect((await logIn(app, { ...account, password: winners[0]! })).status).to.equal(200);
    });

    it('answer alike for an unknown address, and send nothing', async () => {
      const known = await forgot(account.email);
      expect((await forgot('unknown@example.com')).body).to.deep.equal(known.body);
      await mails.next(account.email);
      await expectNoMailTo('unknown@example.com');
    });
  });

  describe('changePassword', () => {
    beforeEach(async () => ({ account } = await newcomer()));

    it('ends the other sessions and sends a mail', async () => {
      const other = heldBy(await logIn(app, account));
      expect((await changePassword(account)).status).to.equal(204);
      expect(await tokenError(app, other.token)).to.equal('session_ended');
      expect(await tokenError(app, account.token)).to.equal(undefined);
      expect((await logIn(app, { ...account, password: newPassword })).status).to.equal(200);
      await expectMail(account.email, 'Your password has been changed');
    });

    it('leaves no session of a concurrent login with the old password', async () => {
      const [changed] = await Promise.all([
        changePassword(account),
        ...Array.from({ length: 8 }, () => logIn(app, account)),
      ]);
      expect(changed.status).to.equal(204);
      const rows = await app.sql('SELECT id FROM sessions WHERE user_id = $1', account.id);
      expect(rows).to.deep.equal([{ id: account.sessionId }]);
    });

    it('lets one of five concurrent changes succeed', async () => {
      const statuses = await Promise.all(
        [1, 2, 3, 4, 5].map(async (n) => (await changePassword(account, `password number ${n}`)).status),
      );
      expect(statuses.sort()).to.deep.equal([204, 403, 403, 403, 403]);
    });
  });

  describe('changeEmail', () => {
    beforeEach(async () => ({ account } = await newcomer()));
    const change = (email: string): Promise<Response> =>
      app.call('changeEmail', { token: account.token, body: { email, password: account.password } });

    it('changes the address when the link is followed, and notifies the old address', async () => {
      const { email } = newAccount();
      expect((await change(email.toUpperCase())).status).to.equal(202);
      await expectMail(account.email, 'Your email address is about to change');
      expect(await userOf(account)).to.include({ email: account.email });
      const token = await mails.nextToken(email);
      expect((await verify(token)).status).to.equal(200);
      expect(eventsOf(account.id, 'email_verified')).to.have.length(1);
      expect(await userOf(account)).to.include({ email });
      expect((await logIn(app, { ...account, email })).status).to.equal(200);
      expect((await logIn(app, account)).status).to.equal(401);
    });

    it('does not reveal that an address is taken, but notifies its owner', async () => {
      const { account: owner } = await newcomer();
      const { email } = newAccount();
      const free = await change(email);
      expect((await change(owner.email)).body).to.deep.equal(free.body);
      await expectMail(owner.email, 'You already have an account');
    });

    it('answers email_taken at the link when the address was taken meanwhile', async () => {
      const { email, ...rest } = newAccount();
      await change(email);
      const token = await mails.nextToken(email);
      await app.call('signUp', { body: { email, ...rest } });
      expect((await verify(token)).body).to.include({ status_code: 409, code: 'email_taken' });
      expect(await userOf(account)).to.include({ email: account.email });
    });
  });

  describe('deleteCurrentUser', () => {
    beforeEach(async () => ({ account } = await newcomer()));

    it('removes all data, ends the sessions and frees the address', async () => {
      await forgotToken(account.email);
      const pending = await newAddressOf(account);
      await mails.next(pending);
      // pg-boss archives finished jobs later.
      await app.sql('INSERT INTO pgboss.archive SELECT * FROM pgboss.job ON CONFLICT DO NOTHING');
      const jobs = `SELECT DISTINCT place, email FROM unnest($1::text[]) AS email,
          (SELECT 'job' AS place, data FROM pgboss.job UNION ALL SELECT 'archive', data FROM pgboss.archive) AS jobs
        WHERE data::text LIKE '%' || email || '%'`;
      expect(await app.sql(jobs, [account.email, pending])).to.have.length(4);
      expect((await remove(account)).status).to.equal(204);
      expect(await tokenError(app, account.token)).to.equal('session_ended');
      for (const table of ['users WHERE id', 'sessions WHERE user_id', 'links WHERE user_id']) {
        expect(await app.sql(`SELECT 1 FROM ${table} = $1`, account.id), table).to.deep.equal([]);
      }
      expect(await app.sql(jobs, [account.email, pending])).to.deep.equal([]);
      expect((await app.call('signUp', { body: { ...newAccount(), email: account.email } })).status).to.equal(201);
    });

    it('removes failed logins with the account', async () => {
      const removed = await app.sequelize.transaction(async (transaction) => {
        const lock = 'SELECT 1 FROM users WHERE id = $1 FOR UPDATE';
        await app.sequelize.query(lock, { bind: [account.id], transaction });
        const response = remove(account);
        await untilOneWaits(app.sequelize);
        // The right password of the deletion has reset earlier failures.
        const wrong = { ...account, password: 'wrong' };
        for (let n = 0; n < 10; n += 1) expect(codeOf(await logIn(app, wrong))).to.equal('invalid_credentials');
        return { response };
      });
      expect((await removed.response).status).to.equal(204);
      const again = { ...newAccount(), email: account.email };
      await app.call('signUp', { body: again });
      expect((await logIn(app, again)).status).to.equal(200);
    });
  });

  const requests: Record<string, (account: TestAccount) => Promise<ReceivedMail>> = {
    verify_email: ({ email }) => mails.next(email),
    change_email: async (person) => mails.next(await newAddressOf(person)),
    reset_password: async ({ email }) => {
      await mails.next(email);
      await forgot(email);
      return mails.next(email);
    },
  };
  for (const [purpose, request] of Object.entries(requests)) {
    const [text, lifetime] = purpose === 'reset_password' ? ['one hour', '1 hour'] : ['24 hours', '24 hours'];
    it(`sends a link for ${purpose} that expires after ${text}, as the mail says`, async () => {
      for (const [left, status] of [
        ['1 minute', 200],
        ['0 minutes', 400],
      ] as const) {
        const person = await signedInAccount(app);
        const mail = await request(person);
        expect(mail.text).to.contain(`within ${text}.`);
        const change = `expires_at = expires_at - interval '${lifetime}' + interval '${left}'`;
        await app.sql(`UPDATE links SET ${change} WHERE user_id = $1 AND purpose = $2`, person.id, purpose);
        const token = /#token=(\S+)/.exec(mail.text)![1]!;
        const response = await (purpose === 'reset_password' ? reset(token) : verify(token, person));
        expect(response.status, left).to.equal(status);
      }
    });
  }

  for (const [operationId, field, rest] of [
    ['changePassword', 'current_password', { new_password: newPassword }],
    ['changeEmail', 'password', { email: newAccount().email }],
    ['deleteCurrentUser', 'password', {}],
  ] as const) {
    it(`rejects a wrong password in ${operationId}, changes nothing and sends no mail`, async () => {
      ({ account } = await newcomer());
      const before = await userOf(account);
      const body = { [field]: 'not the password', ...rest };
      const response = await app.call(operationId, { token: account.token, body });
      expect(response.body).to.include({ status_code: 403, code: 'wrong_password' });
      expect(await userOf(account)).to.deep.equal(before);
      expect((await logIn(app, account)).status).to.equal(200);
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
      expect(await app.sql(`SELECT 1 FROM pgboss.job WHERE data->>'to' = $1`, email)).to.have.length(1);
    });

    it('removes only expired data in a clean-up', async () => {
      const { account: made } = await newcomer();
      await forgotToken(made.email);
      const other = heldBy(await logIn(app, made));
      await app.sql('UPDATE sessions SET expires_at = now() WHERE id = $1', other.sessionId);
      await app.sql(`UPDATE links SET expires_at = now() WHERE purpose = 'reset_password'`);
      await app.sql(`INSERT INTO sign_in_attempts VALUES ('old', 1, gen_random_uuid(), now() - interval '2 days')`);
      await cleanUp(app);
      const left = async (sql: string): Promise<number> => (await app.sql(sql)).length;
      expect(await left(`SELECT 1 FROM sign_in_attempts WHERE key = 'old'`)).to.equal(0);
      expect(await left('SELECT 1 FROM sessions WHERE expires_at <= now()')).to.equal(0);
      expect(await left(`SELECT 1 FROM links WHERE expires_at <= now()`)).to.equal(0);
      expect(await left(`SELECT 1 FROM links WHERE purpose = 'verify_email'`)).to.be.above(0);
      expect(await tokenError(app, made.token)).to.equal(undefined);
    });

    it('contains no token and no password', async () => {
      const { account: made, token } = await newcomer();
      const text = JSON.stringify(await app.sql('SELECT data FROM pgboss.job'));
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
  /** Signs up, and returns the token of the mail. */
  async function signUpToken(fields: ReturnType<typeof newAccount>): Promise<string> {
    await signUp(fields);
    return mails.nextToken(fields.email);
  }
  const confirm = (token: string, password: string): Promise<Response> =>
    app.call('verifyEmail', { body: { token, password } });
  const status = async (email: string, password: string): Promise<number> =>
    (await logIn(app, { email, password })).status;

  it('answers alike for free and taken addresses, in logIn too, and explains in the mail', async () => {
    const person = newAccount();
    const { email, password } = person;
    const first = await signUp(person);
    const token = await mails.nextToken(email);
    expect(await signUp(person)).to.equal(first);
    expect(await mails.nextToken(email)).not.to.equal(token);

    expect(codeOf(await logIn(app, person))).to.equal('invalid_credentials');
    expect((await confirm(token, password)).status).to.equal(200);
    expect(await status(email, password)).to.equal(200);

    expect(await signUp(person)).to.equal(first);
    expect((await mails.next(email)).subject).to.equal('You already have an account');
  });

  for (const strangerIs of ['first', 'last'] as const) {
    it(`gives an address to its owner when a stranger signs up with it ${strangerIs}`, async () => {
      const owner = newAccount();
      const stranger = { ...owner, password: 'the password of a stranger', first_name: 'Mallory' };
      const links: Record<string, string> = {};
      for (const who of strangerIs === 'first' ? [stranger, owner] : [owner, stranger]) {
        links[who.password] = await signUpToken(who);
      }
      // The owner follows the stranger's link: with the owner's password it does nothing.
      const refused = await confirm(links[stranger.password]!, owner.password);
      expect(refused.body).to.include({ status_code: 403, code: 'wrong_password' });
      expect((await confirm(links[owner.password]!, owner.password)).status).to.equal(200);
      for (const link of Object.values(links)) {
        expect(codeOf(await confirm(link, stranger.password))).to.equal('link_invalid');
      }
      expect(await status(owner.email, stranger.password)).to.equal(401);
      expect(await status(owner.email, owner.password)).to.equal(200);
    });
  }

  it('locks a sign-up only after wrong passwords at its own link', async () => {
    const person = newAccount();
    const token = await signUpToken(person);
    for (let n = 0; n < 11; n += 1) await status(person.email, 'a guess of someone else');
    const codes: unknown[] = [];
    for (let n = 0; n < 11; n += 1) codes.push(codeOf(await confirm(token, 'wrong')));
    expect(codes).to.deep.equal([...Array<string>(10).fill('wrong_password'), 'sign_in_locked']);
    await app.sql('DELETE FROM sign_in_attempts');
    for (let n = 0; n < 11; n += 1) await status(person.email, 'a guess of someone else');
    expect((await confirm(token, person.password)).status).to.equal(200);
  });

  it('confirms a sign-up once, however many requests race', async () => {
    const person = newAccount();
    const token = await signUpToken(person);
    const answers = await Promise.all([1, 2, 3, 4].map(() => confirm(token, person.password)));
    expect(answers.filter(({ status }) => status === 200)).to.have.length(1);
    expect(answers.filter(({ status }) => status >= 500)).to.have.length(0);
  });

  it('resends the newest sign-up with the same link', async () => {
    const person = newAccount();
    await signUpToken({ ...person, password: 'an older password' });
    const token = await signUpToken(person);
    await app.call('resendVerification', { body: { email: person.email } });
    expect(await mails.nextToken(person.email)).to.equal(token);
  });

  it('removes a sign-up after a day', async () => {
    const person = newAccount();
    const token = await signUpToken(person);
    const sql = `SELECT extract(epoch FROM expires_at - now())::int AS seconds FROM sign_ups WHERE email = $1`;
    expect((await app.sql(sql, person.email))[0]!['seconds']).to.be.within(86_300, 86_400);
    await app.sql('UPDATE sign_ups SET expires_at = now()');
    expect(codeOf(await confirm(token, person.password))).to.equal('link_invalid');
    await cleanUp(app);
    expect(await app.sql(sql, person.email)).to.deep.equal([]);
  });

  it('does not change a deactivated account', async () => {
    const person = newAccount();
    await confirm(await signUpToken(person), person.password);
    for (const verified of ['now()', 'NULL']) {
      const change = `UPDATE users SET is_active = false, email_verified_at = ${verified} WHERE email = $1`;
      await app.sql(change, person.email);
      await signUp({ ...person, password: 'another password of hers' });
      await untilJobsDone(app);
    }
    await app.sql('UPDATE users SET is_active = true, email_verified_at = now()');
    expect(await status(person.email, person.password)).to.equal(200);
    expect(mails.received.filter(({ to }) => to === person.email)).to.deep.equal([]);
  });

  it('rejects a common password and sends nothing', async () => {
    const { email, ...rest } = newAccount();
    const response = await app.call('signUp', { body: { email, ...rest, password: 'Password123' } });
    expect(response.body).to.include({ status_code: 400, code: 'password_too_common' });
    const sql = `SELECT 1 FROM pgboss.job WHERE data::text LIKE '%' || $1 || '%'`;
    expect(await app.sql(sql, email)).to.deep.equal([]);
  });

  it('counts a right password before verification as wrong, so that a lock reveals nothing', async () => {
    const person = newAccount();
    await signUp(person);
    const codes: unknown[] = [];
    for (let n = 0; n < 11; n += 1) codes.push(codeOf(await logIn(app, person)));
    expect(codes).to.deep.equal([...Array<string>(10).fill('invalid_credentials'), 'sign_in_locked']);
  });
});

describe('REQUIRE_VERIFIED_EMAIL', () => {
  it('rejects a login until the address is verified, and says why', async () => {
    const { app, mails } = await startMailedApp({ REQUIRE_VERIFIED_EMAIL: 'true' });
    const person = newAccount();
    await app.call('signUp', { body: person });
    expect((await logIn(app, person)).body).to.include({ status_code: 403, code: 'email_not_verified' });
    expect(codeOf(await logIn(app, { ...person, password: 'wrong' }))).to.equal('invalid_credentials');
    const token = await mails.nextToken(person.email);
    await app.call('verifyEmail', { body: { token, password: person.password } });
    expect((await logIn(app, person)).status).to.equal(200);
    await app.close();
  });
});
