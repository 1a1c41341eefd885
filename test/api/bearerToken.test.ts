import { expect } from 'chai';
import { bearerToken } from '../../src/api/middleware/bearerToken.js';
import { signedInAccount } from '../support/accounts.js';
import { codeOf, startTestApp, type TestApp } from '../support/testApp.js';

describe('an Authorization header', () => {
  let app: TestApp;
  let token: string;
  before(async () => {
    app = await startTestApp();
    ({ token } = await signedInAccount(app));
  });
  after(() => app.close());

  const cases: readonly (readonly [string, string, string | undefined])[] = [
    ['accepts the scheme in any case', 'bEaReR TOKEN', undefined],
    ['accepts several spaces', 'Bearer   TOKEN', undefined],
    ['rejects something after the token', 'Bearer TOKEN junk', 'token_malformed'],
    ['rejects something before the token', 'Bearer junk TOKEN', 'token_malformed'],
    ['rejects the token twice', 'Bearer TOKEN, Bearer TOKEN', 'token_malformed'],
    ['rejects a tab', 'Bearer\tTOKEN', 'token_malformed'],
    ['rejects a quoted token', 'Bearer "TOKEN"', 'token_malformed'],
    ['rejects a parameter', 'Bearer TOKEN; a=b', 'token_malformed'],
    ['finds no token in the scheme alone', 'Bearer', 'token_missing'],
    ['finds no token without a space', 'BearerTOKEN', 'token_missing'],
    ['finds no token under another scheme', 'Basic YTpi', 'token_missing'],
    ['finds no token under another scheme before it', 'Basic Bearer TOKEN', 'token_missing'],
    ['finds no token without a scheme', 'TOKEN', 'token_missing'],
  ];
  for (const [what, header, code] of cases) {
    it(what, async () => {
      const headers = { Authorization: header.replaceAll('TOKEN', token) };
      expect(codeOf(await app.call('getCurrentUser', { headers }))).to.equal(code);
    });
  }

  it('accepts up to 8 kB', () => {
    const header = `Bearer ${'x'.repeat(8192 - 'Bearer '.length)}`;
    expect(bearerToken(header)).to.have.length(8192 - 'Bearer '.length);
    expect(() => bearerToken(`${header}x`))
      .to.throw()
      .with.property('code', 'token_malformed');
  });
});
