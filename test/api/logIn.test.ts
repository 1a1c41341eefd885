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

  it('answers with a token that the protected operations take', async () => {
    const email = await signUpWith(app, 'correct horse');
    const response = await app.call('logIn', { body: { email, password: 'correct horse' } });
    expect(response.status).to.equal(200);
    expect(response.headers).to.have.property('cache-control', 'no-store');
    expect(response.body).to.include({ token_type: 'bearer', expires_in: 1800 });
    const { access_token: token, user } = response.body as { access_token: string; user: { id: string } };
    const me = await app.call('getCurrentUser', { token });
    expect(me.body).to.deep.equal(user);
  });

  it('finds the account by its address without case and surrounding space', async () => {
    const email = await signUpWith(app, 'correct horse');
    const response = await app.call('logIn', {
      body: { email: ` ${email.toUpperCase()} `, password: 'correct horse' },
    });
    expect(response.status).to.equal(200);
  });

  it('gives a wrong password and an unknown address the same answer', async () => {
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

  it('tells the holder of the right password, and nobody else, that the account is deactivated', async () => {
    const { id, email, password } = await signedInAccount(app);
    await app.sequelize.query('UPDATE users SET is_active = false WHERE id = $1', { bind: [id] });
    const right = await app.call('logIn', { body: { email, password } });
    expect(right.status).to.equal(403);
    expect(right.body).to.include({ code: 'account_inactive' });
    const wrong = await app.call('logIn', { body: { email, password: 'wrong horse' } });
    expect(wrong.status).to.equal(401);
  });

  it('compares passwords verbatim, with their space and case', async () => {
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

  it('lets every byte of a long password count', async () => {
    const long = 'é'.repeat(255);
    const email = await signUpWith(app, `${long}a`);
    expect((await app.call('logIn', { body: { email, password: `${long}a` } })).status).to.equal(200);
    expect((await app.call('logIn', { body: { email, password: `${long}b` } })).status).to.equal(401);
  });

  it('does not mix up accounts that sign in at the same time', async () => {
    const accounts = await Promise.all(Array.from({ length: 10 }, () => signedInAccount(app)));
    const answers = await Promise.all(accounts.map(({ token }) => app.call('getCurrentUser', { token })));
    expect(answers.map(({ body }) => (body as { email: string }).email)).to.deep.equal(
      accounts.map(({ email }) => email),
    );
  });
});

describe('logIn, with more sign-ins than may wait', () => {
  let app: TestApp;
  before(async () => {
    const limits = { SIGN_IN_FAILURES_MAX: '10', SIGN_IN_ADDRESS_FAILURES_MAX: '12' };
    app = await startTestApp({ BCRYPT_COST: '11', HASH_THREADS: '1', HASH_QUEUE_MAX: '1', ...limits });
  });
  after(() => app.close());

  for (const operationId of ['logIn', 'signUp']) {
    it(`${operationId} answers 503 and says when to come back, and takes the others`, async () => {
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

  it('logIn counts none of those that it answers with 503 as a wrong password, of the account or of the network', async () => {
    await app.sequelize.query('DELETE FROM sign_in_attempts');
    const logIn = async (email: string): Promise<number> =>
      (await app.call('logIn', { body: { email, password: 'wrong' } })).status;
    const [account, other] = [newAccount(), newAccount()];
    const statuses = await Promise.all(Array.from({ length: 8 }, () => logIn(account.email)));
    expect(statuses).to.include(503);
    // Until the account is locked, and then the network.
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

describe('logIn, at a cost that can be measured', () => {
  let app: TestApp;
  before(async () => (app = await startTestApp({ BCRYPT_COST: '9', HASH_THREADS: '1' })));
  after(() => app.close());

  it('takes as long for an unknown address as for a known one', async () => {
    const known = await signUpWith(app, 'correct horse');
    const unknown = newAccount().email;
    const times: Record<string, number[]> = { [known]: [], [unknown]: [] };
    for (let round = 0; round < 30; round += 1) {
      for (const email of [known, unknown]) {
        const start = performance.now();
        await app.call('logIn', { body: { email, password: 'wrong horse' } });
        times[email]?.push(performance.now() - start);
      }
    }
    const [one = 0, other = 0] = Object.values(times).map((list) => list.sort((a, b) => a - b)[15]);
    expect(one / other).to.be.within(0.5, 2);
  });
});
