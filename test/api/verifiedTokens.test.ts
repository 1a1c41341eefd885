import { expect } from 'chai';
import { VerifiedTokens } from '../../src/api/middleware/verifiedTokens.js';
import { forgedToken } from '../support/accessTokens.js';
import { signedInAccount } from '../support/accounts.js';
import { startTestApp, type TestApp } from '../support/testApp.js';

const now = (): number => Math.floor(Date.now() / 1000);

describe('VerifiedTokens', () => {
  it('evicts the least recently used token', () => {
    const tokens = new VerifiedTokens(2);
    for (const token of ['a', 'b', 'c']) tokens.remember(token, { sub: token, sid: 's', exp: now() + 60 });
    expect(['a', 'b', 'c'].map((token) => tokens.claimsOf(token)?.sub)).to.deep.equal([undefined, 'b', 'c']);
  });
});

describe('an access token that is used repeatedly', () => {
  let app: TestApp;
  // These tests change accounts directly in the database.
  before(async () => (app = await startTestApp({ SESSION_CACHE_SECONDS: '0' })));
  after(() => app.close());

  const statuses = async (token: string): Promise<number> => (await app.call('getCurrentUser', { token })).status;

  it('rejects a token as soon as it expires', async () => {
    const account = await signedInAccount(app);
    const token = forgedToken(app.key, account, { claims: { exp: now() + 2 } });
    expect(await statuses(token)).to.equal(200);
    const seen: number[] = [];
    while (seen.at(-1) !== 401) seen.push(await statuses(token));
    expect(new Set(seen)).to.deep.equal(new Set([200, 401]));
  });

  it('rejects a token as soon as its account is deactivated or deleted', async () => {
    const { id, token } = await signedInAccount(app);
    expect(await statuses(token)).to.equal(200);
    await app.sequelize.query('UPDATE users SET is_active = false WHERE id = $1', { bind: [id] });
    expect(await statuses(token)).to.equal(401);
    await app.sequelize.query('UPDATE users SET is_active = true WHERE id = $1', { bind: [id] });
    expect(await statuses(token)).to.equal(200);
    await app.sequelize.query('DELETE FROM users WHERE id = $1', { bind: [id] });
    expect(await statuses(token)).to.equal(401);
  });

  it('rejects a modified token', async () => {
    const { token } = await signedInAccount(app);
    expect(await statuses(token)).to.equal(200);
    const [header, payload, signature] = token.split('.') as [string, string, string];
    for (const changed of [`${header}.${payload}.`, `${header}.${payload}.${signature}A`, `${header}.${payload}`]) {
      expect(await statuses(changed)).to.equal(401);
    }
  });
});
