import { stringifySetCookie } from 'cookie';
import { OriginNotAllowedError } from '../../errors.js';
import { RefreshToken } from '../../security/refreshToken.js';
import { isAllowedOrigin, type AllowedOrigins } from './allowedOrigins.js';

/** As in the description. Browsers accept a cookie with this prefix only if it is Secure (RFC 6265bis). */
export const refreshCookieName = '__Secure-refresh_token';

/** Sent to /auth only, by pages of the same site only, and hidden from scripts. */
const attributes = { path: '/auth', httpOnly: true, secure: true, sameSite: 'strict' } as const;

/** Whether a Prefer header (RFC 7240) asks for the refresh token as a cookie. */
export function prefersRefreshCookie(prefer: string | undefined): boolean {
  return (prefer ?? '').split(',').some((preference) => /^refresh-cookie\s*(;|$)/i.test(preference.trim()));
}

/** The Set-Cookie header field that gives a browser its refresh token. */
export function refreshCookie(token: string, maxAgeSeconds: number): string {
  return stringifySetCookie({ name: refreshCookieName, value: token, maxAge: maxAgeSeconds, ...attributes });
}

/** The Set-Cookie header field that deletes the cookie. */
export const noRefreshCookie = refreshCookie('', 0);

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
