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

describe('AccessTokenIssuer', () => {
  it('issues a JWT with the published header and claims, signed with the UTF-8 bytes of the secret', () => {
    const issuer = new AccessTokenIssuer(new SigningKeys(secret), 30);
    const [header, payload, signature, ...rest] = issuer.issue(user, sessionId).split('.');
    expect(rest).to.deep.equal([]);
    expect(decode(header)).to.deep.equal({ alg: 'HS256', typ: 'JWT', kid: new SigningKeys(secret).current.id });
    const { iat, exp, ...claims } = decode(payload) as { iat: number; exp: number };
    expect(claims).to.deep.equal({
      sub: user.id,
      email: user.email,
      iss: 'smart-audit-api',
      aud: 'smart-audit-api',
      token_use: 'access',
      sid: sessionId,
    });
    expect(Date.now() / 1000 - iat).to.be.within(0, 60);
    expect([exp - iat, issuer.lifetime]).to.deep.equal([1800, 1800]);
    const hmac = createHmac('sha256', Buffer.from(secret, 'utf8')).update(`${header}.${payload}`);
    expect(signature).to.equal(hmac.digest('base64url'));
  });
});
