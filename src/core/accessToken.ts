import { createSecretKey, type KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';

/** What every access token of this server has in common; tokens that differ are refused. */
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
  /** The session. */
  sid: string;
  iat: number;
  exp: number;
}

/**
 * The key that signs and verifies access tokens. A KeyObject, because jsonwebtoken makes one of a string at every call,
 * which costs ten times as much as the signature itself (docs/performance.md).
 */
export function signingKey(secret: string): KeyObject {
  return createSecretKey(Buffer.from(secret, 'utf8'));
}

/** Makes access tokens. */
export class AccessTokenIssuer {
  /** How long a token lives, in seconds. */
  readonly lifetime: number;

  constructor(
    private readonly key: KeyObject,
    lifetimeMinutes: number,
  ) {
    this.lifetime = lifetimeMinutes * 60;
  }

  /** A signed access token for this user in this session: a JWS in compact form, HS256. */
  issue(user: { id: string; email: string }, sessionId: string): string {
    return jwt.sign({ email: user.email, token_use: accessTokenRules.use, sid: sessionId }, this.key, {
      algorithm: accessTokenRules.algorithm,
      subject: user.id,
      issuer: accessTokenRules.issuer,
      audience: accessTokenRules.audience,
      expiresIn: this.lifetime,
    });
  }
}
