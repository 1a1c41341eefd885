import { expect } from 'chai';
import { newAccount, signedInAccount } from '../support/accounts.js';
import { startTestApp, type TestApp } from '../support/testApp.js';

async function signUpWith(app: TestApp, password: string): Promise<string> {
  const body = { ...newAccount(), password };
  const response = await app.call('signUp', { body });
  expect(response.status, response.text).to.equal(201);
  return body.email;
}

describe('logIn', () => {
  let app: TestApp;
  before(async () => (app = await startTestApp()));
  after(() => app.close());

  it('returns a token that protected operations accept', async () => {
    const email = await signUpWith(app, 'correct horse');
    const response = await app.call('logIn', { body: { email, password: 'correct horse' } });
    expect(response.status).to.equal(200);
    expect(response.headers).to.have.property('cache-control', 'no-store');
    expect(response.body).to.include({ token_type: 'bearer', expires_in: 1800 });
    const { access_token: token, user } = response.body as { access_token: string; user: { id: string } };
    const me = await app.call('getCurrentUser', { token });
    expect(me.body).to.deep.equal(user);
  });

  it('ignores case and surrounding whitespace of the address', async () => {
    const email = await signUpWith(app, 'correct horse');
    const response = await app.call('logIn', {
      body: { email: ` ${email.toUpperCase()} `, password: 'correct horse' },
    });
    expect(response.status).to.equal(200);
  });

  it('answers a wrong password and an unknown address alike', async () => {
    const email = await signUpWith(app, 'correct horse');
    const answers = await Promise.all(
      [email, newAccount().email].map((each) => app.call('logIn', { body: { email: each, password: 'wrong horse' } })),
    );
    for (const { status, headers } of answers) {
      expect(status).to.equal(401);
      expect(headers['www-authenticate']).to.match(/^Bearer/);
    }
    const [known, unknown] = answers.map(({ body }) => ({ ...(body as object), request_id: '' }));
    expect(known).to.deep.equal(unknown);
    expect(known).to.include({ code: 'invalid_credentials' });
  });

  it('reveals only with the right password that the account is deactivated', async () => {
    const { id, email, password } = await signedInAccount(app);
    await app.sequelize.query('UPDATE users SET is_active = false WHERE id = $1', { bind: [id] });
    const right = await app.call('logIn', { body: { email, password } });
    expect(right.status).to.equal(403);
    expect(right.body).to.include({ code: 'account_inactive' });
    const wrong = await app.call('logIn', { body: { email, password: 'wrong horse' } });
    expect(wrong.status).to.equal(401);
  });

  it('compares passwords verbatim, with whitespace and case', async () => {
    const email = await signUpWith(app, ' Correct Horse ');
    for (const [password, status] of [
      [' Correct Horse ', 200],
      ['Correct Horse', 401],
      [' correct horse ', 401],
    ] as const) {
      const response = await app.call('logIn', { body: { email, password } });
      expect(response.status, password).to.equal(status);
    }
  });

  it('compares every byte of a long password', async () => {
    const long = 'é'.repeat(255);
    const email = await signUpWith(app, `${long}a`);
    expect((await app.call('logIn', { body: { email, password: `${long}a` } })).status).to.equal(200);
    expect((await app.call('logIn', { body: { email, password: `${long}b` } })).status).to.equal(401);
  });

  it('keeps concurrent logins apart', async () => {
    const accounts = await Promise.all(Array.from({ length: 10 }, () => signedInAccount(app)));
    const answers = await Promise.all(accounts.map(({ token }) => app.call('getCurrentUser', { token })));
    expect(answers.map(({ body }) => (body as { email: string }).email)).to.deep.equal(
      accounts.map(({ email }) => email),
    );
  });
});

describe('password operations with a full hashing queue', () => {
  let app: TestApp;
  before(async () => {
    const limits = { SIGN_IN_FAILURES_MAX: '10', SIGN_IN_ADDRESS_FAILURES_MAX: '12' };
    app = await startTestApp({ BCRYPT_COST: '11', HASH_THREADS: '1', HASH_QUEUE_MAX: '1', ...limits });
  });
  after(() => app.close());

  for (const operationId of ['logIn', 'signUp']) {
    it(`answers 503 in ${operationId} with Retry-After, and completes the others`, async () => {
      const { email, password, ...names } = newAccount();
      const body = operationId === 'logIn' ? { email, password } : { email, password, ...names };
      const responses = await Promise.all(Array.from({ length: 8 }, () => app.call(operationId, { body })));
      const refused = responses.filter(({ status }) => status === 503);
      expect(refused).to.have.length.within(1, 7);
      for (const response of refused) {
        expect(response.body).to.include({ code: 'overloaded' });
        expect(response.headers).to.have.property('retry-after', '5');
      }
    });
  }

  it('does not count a login that gets 503 as a wrong password', async () => {
    await app.sequelize.query('DELETE FROM sign_in_attempts');
    const logIn = async (email: string): Promise<number> =>
      (await app.call('logIn', { body: { email, password: 'wrong' } })).status;
    const [account, other] = [newAccount(), newAccount()];
    const statuses = await Promise.all(Array.from({ length: 8 }, () => logIn(account.email)));
    expect(statuses).to.include(503);
    // First the account is locked, then the network.
    for (const [{ email }, looked] of [
      [account, 10],
      [other, 12],
    ] as const) {
      do statuses.push(await logIn(email));
      while (statuses.at(-1) === 401);
      expect(statuses.at(-1)).to.equal(429);
      expect(statuses.filter((status) => status === 401)).to.have.length(looked);
    }
  });
});
