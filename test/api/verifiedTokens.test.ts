import { expect } from 'chai';
import { VerifiedTokens } from '../../src/api/middleware/verifiedTokens.js';
import { forgedToken } from '../support/accessTokens.js';
import { signedInAccount, tokenError } from '../support/accounts.js';
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
  before(async () => (app = await startTestApp()));
  after(() => app.close());

  it('rejects a token as soon as it expires', async () => {
    const account = await signedInAccount(app);
    const token = forgedToken(app.key, account, { claims: { exp: now() + 2 } });
    const seen = [await tokenError(app, token)];
    while (seen.at(-1) === undefined) seen.push(await tokenError(app, token));
    expect(new Set(seen)).to.have.keys([undefined, 'token_expired']);
  });

  it('rejects a token as soon as its account is deactivated or deleted', async () => {
    const { id, token } = await signedInAccount(app);
    expect(await tokenError(app, token)).to.equal(undefined);
    await app.sql('UPDATE users SET is_active = false WHERE id = $1', id);
    expect(await tokenError(app, token)).to.equal('token_user_invalid');
    await app.sql('UPDATE users SET is_active = true WHERE id = $1', id);
    expect(await tokenError(app, token)).to.equal(undefined);
    await app.sql('DELETE FROM users WHERE id = $1', id);
    expect(await tokenError(app, token)).to.equal('session_ended');
  });

  it('rejects a modified token', async () => {
    const { token } = await signedInAccount(app);
    expect(await tokenError(app, token)).to.equal(undefined);
    const [header, payload, signature] = token.split('.') as [string, string, string];
    for (const changed of [`${header}.${payload}.`, `${header}.${payload}.${signature}A`, `${header}.${payload}`]) {
      expect(await tokenError(app, changed)).to.match(/^token_(signature_invalid|malformed)$/);
    }
  });
});
