import { stringifySetCookie } from 'cookie';
import { OriginNotAllowedError } from '../../errors.js';
import { RefreshToken } from '../../security/refreshToken.js';
import { isAllowedOrigin, type AllowedOrigins } from './allowedOrigins.js';
import { publicPath } from './publicPath.js';

/** As in the description. Browsers accept a cookie with this prefix only if it is Secure (RFC 6265bis). */
export const refreshCookieName = '__Secure-refresh_token';

/** Whether a Prefer header (RFC 7240) asks for the refresh token as a cookie. */
export function prefersRefreshCookie(prefer: string | undefined): boolean {
  return (prefer ?? '').split(',').some((preference) => /^refresh-cookie\s*(;|$)/i.test(preference.trim()));
}

/** Writes the refresh cookie. It is sent to /auth only, by pages of the same site only, and hidden from scripts. */
export class RefreshCookie {
  private readonly path: string;

  /** @param publicUrl of the API, if it is known */
  constructor(publicUrl: string | undefined) {
    this.path = `${publicPath(publicUrl)}/auth`;
  }

  /** The Set-Cookie header field that gives a browser its refresh token. */
  store(token: string, maxAge: number): string {
    const attributes = { path: this.path, httpOnly: true, secure: true, sameSite: 'strict' } as const;
    return stringifySetCookie({ name: refreshCookieName, value: token, maxAge, ...attributes });
  }

  /** The Set-Cookie header field that deletes the cookie. */
  remove(): string {
    return this.store('', 0);
  }
}

/** Whether a cookie is the refresh token of another session than this one. */
export function isOfOtherSession(cookie: string | undefined, sessionId: string): boolean {
  const token = RefreshToken.parse(cookie ?? '');
  return token !== undefined && token.sessionId !== sessionId;
}

/**
 * Rejects the cookie of requests from other than the allowed origins: browsers send it along with any page's requests.
 * @throws OriginNotAllowedError
 */
export function assertAllowedOrigin(origin: string | undefined, allowed: AllowedOrigins): void {
  if (!isAllowedOrigin(origin, allowed)) throw new OriginNotAllowedError();
}
