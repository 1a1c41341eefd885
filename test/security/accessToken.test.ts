import { createHmac } from 'node:crypto';
import { expect } from 'chai';
import { AccessTokenIssuer } from '../../src/security/accessToken.js';
import { SigningKeys } from '../../src/security/signingKeys.js';

const secret = 'a secret with an ä';
const user = { id: '01890a5d-ac96-774b-bcce-b302099a8057', email: 'grace@example.com' };

const sessionId = '01890a5d-ac96-774b-bcce-b302099a8058';

function decode(part: string | undefined): Record<string, unknown> {
  return JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8')) as Record<string, unknown>;
}

describe('an access token', () => {
  const issuer = new AccessTokenIssuer(new SigningKeys(secret), 30);
  const [header, payload, signature, ...rest] = issuer.issue(user, sessionId).split('.');

  it('says that it is a JWT signed with HS256, and with which key, and no more', () => {
    expect(decode(header)).to.deep.equal({ alg: 'HS256', typ: 'JWT', kid: new SigningKeys(secret).current.id });
    expect(rest).to.deep.equal([]);
  });

  it('names its user, its session, its issuer, its audience and its use, and no more', () => {
    const { iat, exp, ...claims } = decode(payload);
    expect(claims).to.deep.equal({
      sub: user.id,
      email: user.email,
      iss: 'smart-audit-api',
      aud: 'smart-audit-api',
      token_use: 'access',
      sid: sessionId,
    });
    expect([iat, exp]).to.satisfy((times: unknown[]) => times.every(Number.isInteger));
  });

  it('is good from now for as long as is set', () => {
    const { iat, exp } = decode(payload) as { iat: number; exp: number };
    expect(Date.now() / 1000 - iat).to.be.within(0, 60);
    expect(exp - iat)
      .to.equal(30 * 60)
      .and.to.equal(issuer.lifetime);
  });

  it('is signed with the bytes of the secret in UTF-8', () => {
    const expected = createHmac('sha256', Buffer.from(secret, 'utf8'))
      .update(`${header}.${payload}`)
      .digest('base64url');
    expect(signature).to.equal(expected);
  });
});
