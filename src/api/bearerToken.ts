import { InvalidTokenError } from '../core/errors.js';

/** The longest Authorization header that is read, in characters: several times an access token of this server. */
const longest = 8192;

/** The scheme in any case, spaces, and one token (RFC 6750, section 2.1). Linear: each part ends where the next begins. */
const credentials = /^bearer +([A-Za-z0-9._~+/-]+=*)$/i;

/**
 * The token of an Authorization header; undefined where there is none, or one of another scheme.
 * @throws InvalidTokenError for a bearer token that is too long, or that is not the only thing after the scheme
 */
export function bearerToken(authorization: string | undefined): string | undefined {
  if (authorization === undefined || !/^bearer[ \t]/i.test(authorization)) return undefined;
  const token = authorization.length <= longest ? credentials.exec(authorization)?.[1] : undefined;
  if (token === undefined) throw new InvalidTokenError('token_malformed');
  return token;
}
