import { expect } from 'chai';
import { logIn, newAccount, signedInAccount, type TestAccount } from '../support/accounts.js';
import { startTestApp, type TestApp } from '../support/testApp.js';

describe('logIn', () => {
  let app: TestApp;
  before(async () => (app = await startTestApp()));
  after(() => app.close());

  async function signUpWith(password: string): Promise<Pick<TestAccount, 'email' | 'password'>> {
    const body = { ...newAccount(), password };
    const response = await app.call('signUp', { body });
    expect(response.status, response.text).to.equal(201);
    return body;
  }

  const status = async (email: string, password: string): Promise<number> =>
    (await logIn(app, { email, password })).status;

  it('returns a token that protected operations accept', async () => {
    const response = await logIn(app, await signUpWith('correct horse'));
    expect(response.status).to.equal(200);
    expect(response.headers).to.have.property('cache-control', 'no-store');
    expect(response.body).to.include({ token_type: 'bearer', expires_in: 1800 });
    const { access_token: token, user } = response.body as { access_token: string; user: { id: string } };
    const me = await app.call('getCurrentUser', { token });
    expect(me.body).to.deep.equal(user);
  });

  it('ignores case and surrounding whitespace of the address', async () => {
    const { email, password } = await signUpWith('correct horse');
    expect(await status(` ${email.toUpperCase()} `, password)).to.equal(200);
  });

  it('accepts an address of an earlier version that no new account may have', async () => {
    const { id, password } = await signedInAccount(app);
    await app.sql('UPDATE users SET email = $2 WHERE id = $1', id, 'b..b@example.com');
    expect(await status('b..b@example.com', password)).to.equal(200);
  });

  it('answers a wrong password and an unknown address alike', async () => {
    const { email } = await signUpWith('correct horse');
    const answers = await Promise.all(
      [email, newAccount().email].map((each) => logIn(app, { email: each, password: 'wrong horse' })),
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
    await app.sql('UPDATE users SET is_active = false WHERE id = $1', id);
    const right = await logIn(app, { email, password });
    expect(right.body).to.include({ status_code: 403, code: 'account_inactive' });
    expect(await status(email, 'wrong horse')).to.equal(401);
  });

  it('compares passwords verbatim, with whitespace and case', async () => {
    const { email } = await signUpWith(' Correct Horse ');
    expect(await status(email, ' Correct Horse ')).to.equal(200);
    expect(await status(email, 'Correct Horse')).to.equal(401);
    expect(await status(email, ' correct horse ')).to.equal(401);
  });

  it('compares every byte of a long password', async () => {
    const long = 'é'.repeat(255);
    const { email } = await signUpWith(`${long}a`);
    expect(await status(email, `${long}a`)).to.equal(200);
    expect(await status(email, `${long}b`)).to.equal(401);
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
      const body = { email, password, ...(operationId === 'signUp' && names) };
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
    await app.sql('DELETE FROM sign_in_attempts');
    const status = async (account: ReturnType<typeof newAccount>): Promise<number> =>
      (await logIn(app, account)).status;
    const [account, other] = [newAccount(), newAccount()];
    const statuses = await Promise.all(Array.from({ length: 8 }, () => status(account)));
    expect(statuses).to.include(503);
    // First the account is locked, then the network.
    for (const [person, compared] of [
      [account, 10],
      [other, 12],
    ] as const) {
      do statuses.push(await status(person));
      while (statuses.at(-1) === 401);
      expect(statuses.at(-1)).to.equal(429);
      expect(statuses.filter((each) => each === 401)).to.have.length(compared);
    }
  });
});
