import type { KeyObject } from 'node:crypto';
import type { Request } from 'express';
import jwt from 'jsonwebtoken';
import { Passport } from 'passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { type AccessTokenClaims, accessTokenRules } from '../core/accessToken.js';
import { InvalidTokenError, SmartAuditError, TokenMissingError } from '../core/errors.js';
import type { Principal } from '../domain/principal.js';

/** Who the caller of this request is. Rejects with an AuthenticationError where that is not certain. */
export type Authenticate = (req: Request) => Promise<Principal>;

interface Account {
  authenticate(userId: string): Promise<Principal>;
}

/**
 * Passport's JWT strategy as a function: verifies signature, algorithm, issuer, audience, expiry and use of the access
 * token, then asks who its subject is now.
 */
export function createAuthentication(key: KeyObject, account: Account): Authenticate {
  const passport = new Passport();
  const options = {
    jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
    // The types know no KeyObject; jsonwebtoken takes it, and needs a tenth of the time with it.
    secretOrKey: key as unknown as Buffer,
    algorithms: [accessTokenRules.algorithm],
    issuer: accessTokenRules.issuer,
    audience: accessTokenRules.audience,
  };
  const strategy = new Strategy(options, (claims: Partial<AccessTokenClaims>, done) => {
    subjectOf(claims, account).then(
      (principal) => done(null, principal),
      (error: unknown) => done(error, false),
    );
  });
  passport.use(strategy);

  return (req) =>
    new Promise((resolve, reject) => {
      const settle = (error: unknown, principal: Principal | false | undefined, info: unknown): void => {
        if (error) reject(error);
        else if (principal) resolve(principal);
        else reject(refusal(info, req));
      };
      const middleware = passport.authenticate(strategy.name, { session: false }, settle) as (
        req: Request,
        res: undefined,
        next: (error: unknown) => void,
      ) => void;
      middleware(req, undefined, reject);
    });
}

/** What jsonwebtoken leaves to its caller: that there is an expiry at all, and that this is an access token. */
async function subjectOf(claims: Partial<AccessTokenClaims>, account: Account): Promise<Principal> {
  if (claims.exp === undefined) throw new InvalidTokenError('token_expiry_missing');
  if (claims.token_use !== accessTokenRules.use) throw new InvalidTokenError('token_audience_invalid');
  if (typeof claims.sub !== 'string' || !uuid.test(claims.sub)) throw new InvalidTokenError('token_malformed');
  return account.authenticate(claims.sub);
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** jsonwebtoken tells its reasons by the beginning of a message only. */
const reasons: readonly (readonly [string, ConstructorParameters<typeof InvalidTokenError>[0]])[] = [
  ['invalid signature', 'token_signature_invalid'],
  ['jwt issuer invalid', 'token_issuer_invalid'],
  ['jwt audience invalid', 'token_audience_invalid'],
];

function refusal(info: unknown, req: Request): SmartAuditError {
  const token = ExtractJwt.fromAuthHeaderAsBearerToken()(req);
  if (!token) return new TokenMissingError();
  if (info instanceof jwt.TokenExpiredError || info instanceof jwt.NotBeforeError) {
    return new InvalidTokenError('token_expired');
  }
  if (usesAnotherAlgorithm(token)) return new InvalidTokenError('token_algorithm_invalid');
  const message = info instanceof Error ? info.message : '';
  const [, code] = reasons.find(([start]) => message.startsWith(start)) ?? ['', 'token_malformed' as const];
  return new InvalidTokenError(code);
}

function usesAnotherAlgorithm(token: string): boolean {
  try {
    const header = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString('utf8')) as {
      alg?: unknown;
    };
    return header.alg !== accessTokenRules.algorithm;
  } catch {
    return false;
  }
}
