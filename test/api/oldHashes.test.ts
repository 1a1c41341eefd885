import bcrypt from 'bcryptjs';
import { expect } from 'chai';
import { signedInAccount } from '../support/accounts.js';
import { startTestApp, type TestApp } from '../support/testApp.js';

describe('password hashes of another cost or system', () => {
  let app: TestApp;
  before(async () => (app = await startTestApp({ BCRYPT_COST: '5' })));
  after(() => app.close());

  const password = 'correct horse battery staple';
  const bare = bcrypt.hashSync(password, 4);

  async function storedHash(id: string): Promise<string> {
    const [rows] = await app.sequelize.query('SELECT password_hash FROM users WHERE id = $1', { bind: [id] });
    return (rows as { password_hash: string }[])[0]!.password_hash;
  }

  for (const [what, hash] of [
    ['bare bcrypt, $2a', bare.replace(/^\$2.\$/, '$2a$')],
    ['bare bcrypt, $2b', bare.replace(/^\$2.\$/, '$2b$')],
    ['bare bcrypt, $2y', bare.replace(/^\$2.\$/, '$2y$')],
  ] as const) {
    it(`accepts the right password and then replaces the hash: ${what}`, async () => {
      const { id, email } = await signedInAccount(app);
      await app.sequelize.query('UPDATE users SET password_hash = $2 WHERE id = $1', { bind: [id, hash] });
      const wrong = await app.call('logIn', { body: { email, password: `${password}!` } });
      expect(wrong.status).to.equal(401);
      expect(await storedHash(id)).to.equal(hash);
      for (let n = 0; n < 2; n += 1) {
        expect((await app.call('logIn', { body: { email, password } })).status).to.equal(200);
        expect(await storedHash(id)).to.match(/^bcrypt-hmac-sha256:\$2b\$05\$/);
      }
    });
  }

  it('accepts concurrent logins with an old hash and replaces it', async () => {
    const { id, email } = await signedInAccount(app);
    await app.sequelize.query('UPDATE users SET password_hash = $2 WHERE id = $1', { bind: [id, bare] });
    const logIn = async (): Promise<number> => (await app.call('logIn', { body: { email, password } })).status;
    expect(await Promise.all([logIn(), logIn(), logIn(), logIn()])).to.deep.equal([200, 200, 200, 200]);
    expect(await storedHash(id)).to.match(/^bcrypt-hmac-sha256:/);
  });

  it('keeps a current hash', async () => {
    const { id, email } = await signedInAccount(app);
    const before = await storedHash(id);
    await app.call('logIn', { body: { email, password } });
    expect(await storedHash(id)).to.equal(before);
  });

  it('replaces a hash of another cost', async () => {
    const cheap = await startTestApp({ DATABASE_URL: app.databaseUrl });
    const { id, email } = await signedInAccount(cheap);
    expect(await storedHash(id)).to.match(/\$2b\$04\$/);
    expect((await app.call('logIn', { body: { email, password } })).status).to.equal(200);
    expect(await storedHash(id)).to.match(/\$2b\$05\$/);
    await cheap.close();
  });
});
