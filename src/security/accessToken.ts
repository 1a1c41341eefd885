import jwt from 'jsonwebtoken';
import type { SigningKeys } from './signingKeys.js';

/** Common to all access tokens of this server; a token that differs is rejected. */
export const accessTokenRules = {
  algorithm: 'HS256',
  issuer: 'smart-audit-api',
  audience: 'smart-audit-api',
  use: 'access',
} as const;

/** The claims of an access token (RFC 7519). `iat` and `exp` are in seconds since 1970. */
export interface AccessTokenClaims {
  sub: string;
  email: string;
  iss: string;
  aud: string;
  token_use: string;
  sid: string;
  iat: number;
  exp: number;
}

export class AccessTokenIssuer {
  /** In seconds. */
  readonly lifetime: number;

  constructor(
    private readonly keys: Pick<SigningKeys, 'current'>,
    lifetimeMinutes: number,
  ) {
    this.lifetime = lifetimeMinutes * 60;
  }

  /** Signs an access token for a user in a session (compact JWS, HS256). */
  issue(user: { id: string; email: string }, sessionId: string): string {
    const { id: keyid, key } = this.keys.current;
    return jwt.sign({ email: user.email, token_use: accessTokenRules.use, sid: sessionId }, key, {
      keyid,
      algorithm: accessTokenRules.algorithm,
      subject: user.id,
      issuer: accessTokenRules.issuer,
      audience: accessTokenRules.audience,
      expiresIn: this.lifetime,
    });
  }
}
