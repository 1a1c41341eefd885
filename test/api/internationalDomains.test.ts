import { expect } from 'chai';
import { heldBy, logIn, newAccount, signedInAccount, signedInAdmin, type TestAccount } from '../support/accounts.js';
import { startMailedApp, untilJobsDone } from '../support/mailedApp.js';
import type { MailServer } from '../support/mailServer.js';
import { codeOf, startTestApp, type TestApp } from '../support/testApp.js';

const ascii = 'xn--bcher-kva.example';

/** One mailbox, as people and programs write it. */
function spellings(address: string): string[] {
  const local = address.replace(/@.*/, '');
  return [
    `${local}@bücher.example`,
    `${local}@bu\u0308cher.example`,
    `${local.toUpperCase()}@BÜCHER.EXAMPLE`,
    `${local}@${ascii}`,
    `${local}@${ascii.toUpperCase()}`,
  ];
}

describe('an address whose domain is not ASCII', () => {
  const max = 4;
  let mails: MailServer;
  let app: TestApp;
  let account: TestAccount;
  /** The spellings of the account's address. */
  let forms: string[];
  before(async () => ({ app, mails } = await startMailedApp({ SIGN_IN_FAILURES_MAX: String(max) })));
  beforeEach(async () => {
    await app.sql('DELETE FROM sign_in_attempts');
    const { email, ...person } = newAccount();
    forms = spellings(email);
    const signedUp = await app.call('signUp', { body: { ...person, email: forms[0] } });
    expect(signedUp.status).to.equal(201);
    const { user } = signedUp.body as { user: { id: string; email: string } };
    account = { ...account, ...person, id: user.id, email: user.email };
    await mails.next(forms[3]!);
  });
  after(() => app.close());

  /** Ends the minute in which an address gets no second mail of the same kind. */
  const endMinute = (): Promise<unknown> => app.sql('UPDATE pgboss.job SET singleton_on = NULL');

  const received = async (): Promise<string[]> => {
    await untilJobsDone(app);
    return mails.received.splice(0).map(({ to }) => to);
  };

  it('is stored and shown in ASCII, and belongs to one account', async () => {
    expect(account.email).to.equal(forms[3]);
    for (const email of forms) {
      const again = await app.call('signUp', { body: { ...newAccount(), email } });
      expect(codeOf(again), email).to.equal('email_taken');
    }
  });

  it('logs in with every spelling', async () => {
    for (const email of forms) {
      const signedIn = await logIn(app, { ...account, email });
      expect(signedIn.status, email).to.equal(200);
      expect(signedIn.body).to.have.property('user').that.includes({ id: account.id, email: account.email });
    }
  });

  it('gets the links that are requested with every spelling', async () => {
    for (const email of forms) {
      await app.call('forgotPassword', { body: { email } });
      await app.call('resendVerification', { body: { email } });
      expect(await received(), email).to.deep.equal([account.email, account.email]);
      await endMinute();
    }
  });

  it('counts towards one limit of mails', async () => {
    const { token, password } = await signedInAccount(app);
    const free = spellings(newAccount().email);
    const statuses: number[] = [];
    for (const email of [...free, free[0]]) {
      statuses.push((await app.call('changeEmail', { token, body: { email, password } })).status);
    }
    expect(statuses).to.deep.equal([202, 202, 202, 202, 202, 429]);
    await received();
  });

  it('is locked as one account', async () => {
    for (const email of forms.slice(0, max)) {
      expect(codeOf(await logIn(app, { email, password: 'wrong' })), email).to.equal('invalid_credentials');
    }
    for (const email of forms) expect(codeOf(await logIn(app, { ...account, email }))).to.equal('sign_in_locked');
  });

  it('is the same when an address changes', async () => {
    const other = await signedInAccount(app);
    const { token, password } = other;
    await received();
    for (const email of forms) {
      expect((await app.call('changeEmail', { token, body: { email, password } })).status).to.equal(202);
      await untilJobsDone(app);
      const notices = mails.received.splice(0);
      expect(notices.map(({ to }) => to).sort(), email).to.deep.equal([account.email, other.email].sort());
      expect(notices.some(({ text }) => text.includes('#token='))).to.equal(false);
      await endMinute();
    }
    const [free = '', ...same] = spellings(newAccount().email);
    await app.call('changeEmail', { token, body: { email: free, password } });
    const link = await mails.nextToken(same[2]!);
    expect((await app.call('verifyEmail', { body: { token: link, password } })).status).to.equal(200);
    expect((await app.call('getCurrentUser', { token })).body).to.include({ email: same[2] });
  });

  it('is found in the list of accounts by every spelling', async () => {
    const { token } = await signedInAdmin(app);
    const found = async (prefix: string): Promise<string[]> => {
      const list = await app.call('listUsers', { token, query: { email_prefix: prefix } });
      return (list.body as { items: { id: string }[] }).items.map(({ id }) => id);
    };
    for (const email of forms) {
      expect(await found(email), email).to.deep.equal([account.id]);
      expect(await found(email.replace(/example$/i, 'ex')), email).to.deep.equal([account.id]);
    }
  });

  it('is part of the password rules as people write it', async () => {
    const { email } = newAccount();
    const person = { ...newAccount(), email: email.replace(/@.*/, '@straßenbücher.example') };
    const refused = await app.call('signUp', { body: { ...person, password: 'Straßenbücher1' } });
    expect(codeOf(refused)).to.equal('password_too_personal');
  });

  it('leaves nothing in the queue when its account is deleted', async () => {
    for (const email of forms) await app.call('forgotPassword', { body: { email } });
    await untilJobsDone(app);
    const { token } = heldBy(await logIn(app, account));
    const { password } = account;
    expect((await app.call('deleteCurrentUser', { token, body: { password } })).status).to.equal(204);
    const data = (await app.sql('SELECT data FROM pgboss.job')).map((job) => JSON.stringify(job['data'])).join();
    expect(data).not.to.contain(account.email.replace(/@.*/, ''));
    mails.received.splice(0);
  });

  it('has one sign-up for all spellings in the mode verified', async () => {
    const settings = { SIGNUP_MODE: 'verified', SMTP_URL: mails.url, DATABASE_URL: app.databaseUrl };
    const strict = await startTestApp(settings);
    const person = newAccount();
    const [unicode = '', , , stored = ''] = spellings(person.email);
    await strict.call('signUp', { body: { ...person, email: unicode } });
    const token = await mails.nextToken(stored);
    const confirmed = await strict.call('verifyEmail', { body: { token, password: person.password } });
    const signedIn = await logIn(strict, { ...person, email: unicode });
    await strict.call('signUp', { body: { ...newAccount(), email: stored } });
    const notice = await mails.next(stored);
    await strict.close();
    expect([confirmed.status, signedIn.status]).to.deep.equal([200, 200]);
    expect(notice.text).not.to.contain('#token=');
  });
});
