import { expect } from 'chai';
import { signedInAccount, type TestAccount } from '../support/accounts.js';
import { startTestApp, type TestApp } from '../support/testApp.js';

describe('the current user', () => {
  let app: TestApp;
  let account: TestAccount;
  before(async () => (app = await startTestApp()));
  beforeEach(async () => (account = await signedInAccount(app)));
  after(() => app.close());

  describe('getCurrentUser', () => {
    it('returns the account of the caller', async () => {
      const response = await app.call('getCurrentUser', { token: account.token });
      expect(response.status).to.equal(200);
      expect(response.body).to.include({ id: account.id, email: account.email, first_name: 'Grace' });
      expect(response.body).not.to.have.any.keys('password', 'password_hash');
    });

    it('answers HEAD like GET, without the body', async () => {
      const response = await app.request('head', '/api/v1/users/me').set('Authorization', `Bearer ${account.token}`);
      expect(response.status).to.equal(200);
      expect(Number(response.headers['content-length'])).to.be.above(100);
      expect(response.text).to.equal(undefined);
      expect((await app.request('head', '/api/v1/users/me')).status).to.equal(401);
    });

    it('ignores a token in the query', async () => {
      const response = await app.call('getCurrentUser', { query: { access_token: account.token } });
      expect(response.body).to.include({ status_code: 401, code: 'token_missing' });
    });
  });

  describe('updateCurrentUser', () => {
    it('changes the given fields and keeps the others', async () => {
      const response = await app.call('updateCurrentUser', { token: account.token, body: { last_name: 'Murray' } });
      expect(response.status).to.equal(200);
      expect(response.body).to.include({ first_name: 'Grace', last_name: 'Murray', email: account.email });
      const { created_at: created, updated_at: updated } = response.body as Record<string, string>;
      expect(new Date(updated!).getTime()).to.be.above(new Date(created!).getTime());
      const again = await app.call('getCurrentUser', { token: account.token });
      expect(again.body).to.deep.equal(response.body);
    });

    for (const [what, body] of Object.entries({
      'nothing at all': {},
      'the email address': { email: 'other@example.com' },
      'the password': { password: 'another password' },
      'being active': { is_active: true },
      'the id': { id: '0198c6a4-6f0e-7c3b-9d55-2f6f4f0c8a11' },
      'a name to null': { first_name: null },
      'a name to a number': { first_name: 7 },
    })) {
      it(`does not change ${what}`, async () => {
        const before = await app.call('getCurrentUser', { token: account.token });
        const response = await app.call('updateCurrentUser', { token: account.token, body });
        expect(response.status).to.equal(400);
        const after = await app.call('getCurrentUser', { token: account.token });
        expect(after.body).to.deep.equal(before.body);
      });
    }

    it('changes no other account', async () => {
      const other = await signedInAccount(app);
      await app.call('updateCurrentUser', { token: account.token, body: { first_name: 'Changed' } });
      const response = await app.call('getCurrentUser', { token: other.token });
      expect(response.body).to.include({ first_name: 'Grace' });
    });
  });
});
