import { InvalidTokenError } from '../../errors.js';

/** Maximum length of an Authorization header, in characters: several times that of our access tokens. */
const longest = 8192;

/** The case-insensitive scheme, spaces and one token (RFC 6750, section 2.1). Matches in linear time. */
const credentials = /^bearer +([A-Za-z0-9._~+/-]+=*)$/i;

/**
 * The token of an Authorization header; undefined without a header, or for another scheme.
 * @throws InvalidTokenError for a bearer token that is too long, malformed, or followed by anything else
 */
export function bearerToken(authorization: string | undefined): string | undefined {
  if (authorization === undefined || !/^bearer[ \t]/i.test(authorization)) return undefined;
  const token = authorization.length <= longest ? credentials.exec(authorization)?.[1] : undefined;
  if (token === undefined) throw new InvalidTokenError('token_malformed');
  return token;
}
