import bcrypt from 'bcryptjs';
import { expect } from 'chai';
import { logIn, signedInAccount } from '../support/accounts.js';
import { startTestApp, type TestApp } from '../support/testApp.js';

describe('password hashes of another cost or system', () => {
  let app: TestApp;
  before(async () => (app = await startTestApp({ BCRYPT_COST: '5' })));
  after(() => app.close());

  const password = 'correct horse battery staple';
  const bare = bcrypt.hashSync(password, 4);

  const storedHash = async (id: string): Promise<unknown> =>
    (await app.sql('SELECT password_hash FROM users WHERE id = $1', id))[0]!['password_hash'];
  const replaceHash = (id: string, hash: string): Promise<unknown> =>
    app.sql('UPDATE users SET password_hash = $2 WHERE id = $1', id, hash);

  for (const version of ['$2a$', '$2b$', '$2y$']) {
    it(`accepts the right password for a bare bcrypt hash with ${version}, and then replaces the hash`, async () => {
      const { id, email } = await signedInAccount(app);
      const hash = bare.replace(/^\$2.\$/, () => version);
      await replaceHash(id, hash);
      expect((await logIn(app, { email, password: `${password}!` })).status).to.equal(401);
      expect(await storedHash(id)).to.equal(hash);
      for (let n = 0; n < 2; n += 1) {
        expect((await logIn(app, { email, password })).status).to.equal(200);
        expect(await storedHash(id)).to.match(/^bcrypt-hmac-sha256-nfc:\$2b\$05\$/);
      }
    });
  }

  it('replaces a hash of version 1.0.0, after which composed and decomposed characters are the same', async () => {
    const { id, email } = await signedInAccount(app);
    const decomposed = 'cafe\u0301 cre\u0300me';
    const composed = decomposed.normalize('NFC');
    await replaceHash(id, 'bcrypt-hmac-sha256:$2b$05$BVNh8.W5Foz7rR9B7OJvauzBnBHFiF4QVmH9IGaACX1u8VPKzRf5a');
    expect((await logIn(app, { email, password: composed })).status).to.equal(401);
    for (const sent of [decomposed, composed, decomposed]) {
      expect((await logIn(app, { email, password: sent })).status).to.equal(200);
      expect(await storedHash(id)).to.match(/^bcrypt-hmac-sha256-nfc:\$2b\$05\$/);
    }
  });

  it('accepts concurrent logins with an old hash and replaces it', async () => {
    const { id, email } = await signedInAccount(app);
    await replaceHash(id, bare);
    const logins = await Promise.all([1, 2, 3, 4].map(() => logIn(app, { email, password })));
    expect(logins.map(({ status }) => status)).to.deep.equal([200, 200, 200, 200]);
    expect(await storedHash(id)).to.match(/^bcrypt-hmac-sha256-nfc:/);
  });

  it('keeps a current hash', async () => {
    const { id, email } = await signedInAccount(app);
    const before = await storedHash(id);
    await logIn(app, { email, password });
    expect(await storedHash(id)).to.equal(before);
  });

  it('replaces a hash of another cost', async () => {
    const cheap = await startTestApp({ DATABASE_URL: app.databaseUrl });
    const { id, email } = await signedInAccount(cheap);
    expect(await storedHash(id)).to.match(/\$2b\$04\$/);
    expect((await logIn(app, { email, password })).status).to.equal(200);
    expect(await storedHash(id)).to.match(/\$2b\$05\$/);
    await cheap.close();
  });
});
