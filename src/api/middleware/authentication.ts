import type { Request } from 'express';
import jwt from 'jsonwebtoken';
import { Passport } from 'passport';
import { Strategy } from 'passport-jwt';
import { type AccessTokenClaims, accessTokenRules } from '../../security/accessToken.js';
import { InvalidTokenError, SmartAuditError, TokenMissingError } from '../../errors.js';
import type { SigningKeys } from '../../security/signingKeys.js';
import type { SessionService } from '../../services/sessionService.js';
import { isUuid } from '../../domain/uuid.js';
import type { Principal } from '../../domain/principal.js';
import type { AllowedOrigins } from '../http/allowedOrigins.js';
import { bearerToken } from './bearerToken.js';
import { assertAllowedOrigin, refreshCookieName } from '../http/refreshCookie.js';
import { VerifiedTokens } from './verifiedTokens.js';

/** Identifies the caller of a request; rejects with an AuthenticationError if that fails. */
export type Authenticate = (req: Request) => Promise<Principal>;

/** By security scheme. */
export type Authenticators = Readonly<Record<string, Authenticate>>;

type Sessions = Pick<SessionService, 'authenticate' | 'authenticateRefreshToken'>;

/**
 * Bearer authentication by Passport's JWT strategy. Each token is verified once; its session and account are read on each
 * request.
 */
export function bearerAuthentication(keys: SigningKeys, sessions: Sessions): Authenticate {
  const verified = new VerifiedTokens();
  const verifyWithPassport = passportVerification(keys, verified);
  return async (req) => {
    const token = bearerToken(req.headers.authorization);
    if (!token) throw new TokenMissingError();
    const { sub, sid } = verified.claimsOf(token) ?? (await verifyWithPassport(req, token));
    return sessions.authenticate(sid, sub);
  };
}

/**
 * Authentication by the refresh token cookie, for pages of these origins and requests without a bearer token. An Authorization
 * header of another scheme is not for us, but for a proxy.
 * @throws OriginNotAllowedError, RefreshTokenInvalidError
 */
export function cookieAuthentication(sessions: Sessions, allowedOrigins: AllowedOrigins): Authenticate {
  return async (req) => {
    const { [refreshCookieName]: token } = req.cookies as Readonly<Record<string, string | undefined>>;
    if (!token || bearerToken(req.headers.authorization)) throw new TokenMissingError();
    assertAllowedOrigin(req.headers.origin, allowedOrigins);
    return sessions.authenticateRefreshToken(token);
  };
}

/** Resolves with the claims of a valid token; rejects with an InvalidTokenError that names the fault. */
function passportVerification(keys: SigningKeys, verified: VerifiedTokens) {
  const options = {
    // The package's own extractor takes 0.3 s and more for a long header.
    jwtFromRequest: (req: Request) => bearerToken(req.headers.authorization) ?? null,
    secretOrKeyProvider: (_req: unknown, token: string, done: (error: null, key: Buffer) => void) =>
      // The types lack KeyObject. jsonwebtoken accepts it, and is ten times as fast with it.
      done(null, keys.find(headerOf(token)?.kid).key as unknown as Buffer),
    algorithms: [accessTokenRules.algorithm],
    issuer: accessTokenRules.issuer,
    audience: accessTokenRules.audience,
  };
  const strategy = new Strategy(options, (claims: unknown, done) => done(null, claims));
  const passport = new Passport();
  passport.use(strategy);

  return async (req: Request, token: string): Promise<AccessTokenClaims> => {
    const claims = await new Promise<unknown>((resolve, reject) => {
      const settle = (error: unknown, passed: unknown, info: unknown): void => {
        if (passed) resolve(passed);
        else reject(error ?? info);
      };
      const middleware = passport.authenticate(strategy.name, { session: false }, settle) as PassportMiddleware;
      middleware(req, undefined, reject);
    }).catch((reason: unknown) => {
      throw refusal(reason, token);
    });
    // A token with a critical extension that we do not implement must be rejected (RFC 7515, section 4.1.11).
    if (headerOf(token)?.crit !== undefined) throw new InvalidTokenError('token_malformed');
    assertAccess(claims as Partial<AccessTokenClaims>);
    verified.remember(token, claims as AccessTokenClaims);
    return claims as AccessTokenClaims;
  };
}

type PassportMiddleware = (req: Request, res: undefined, next: (error: unknown) => void) => void;

/** Checks what jsonwebtoken does not: that the token has an expiry, and that it is an access token. */
function assertAccess({ exp, token_use: use, sub, sid }: Partial<AccessTokenClaims>): void {
  if (exp === undefined) throw new InvalidTokenError('token_expiry_missing');
  if (use !== accessTokenRules.use) throw new InvalidTokenError('token_audience_invalid');
  if (!isUuid(sub) || !isUuid(sid)) throw new InvalidTokenError('token_malformed');
}

/** jsonwebtoken's faults can be told apart only by how their message begins. */
const reasons = {
  'invalid signature': 'token_signature_invalid',
  'jwt issuer invalid': 'token_issuer_invalid',
  'jwt audience invalid': 'token_audience_invalid',
} as const;

function refusal(reason: unknown, token: string): SmartAuditError {
  if (reason instanceof jwt.TokenExpiredError || reason instanceof jwt.NotBeforeError) {
    return new InvalidTokenError('token_expired');
  }
  const header = headerOf(token);
  if (header && header.alg !== accessTokenRules.algorithm) return new InvalidTokenError('token_algorithm_invalid');
  const message = reason instanceof Error ? reason.message : '';
  const [, code] = Object.entries(reasons).find(([start]) => message.startsWith(start)) ?? [];
  return new InvalidTokenError(code ?? 'token_malformed');
}

/** The header of a token (RFC 7515, section 4); undefined if it cannot be parsed. */
function headerOf(token: string): Partial<Record<'alg' | 'crit' | 'kid', unknown>> | undefined {
  const [encoded = ''] = token.split('.');
  try {
    const header: unknown = JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8'));
    return typeof header === 'object' && header !== null ? header : undefined;
  } catch {
    return undefined;
  }
}
