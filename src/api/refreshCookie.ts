import { stringifySetCookie } from 'cookie';
import { OriginNotAllowedError } from '../core/errors.js';

/** The description's name for it. Browsers take a cookie of this prefix only when it is Secure (RFC 6265bis). */
export const refreshCookieName = '__Secure-refresh_token';

/** Only /auth gets it, only from pages of the API's own site, and no script can read it. */
const attributes = { path: '/auth', httpOnly: true, secure: true, sameSite: 'strict' } as const;

/** Whether a client asked for the refresh token as a cookie: a preference of RFC 7240. */
export function prefersRefreshCookie(prefer: string | undefined): boolean {
  return (prefer ?? '').split(',').some((preference) => /^refresh-cookie\s*(;|$)/i.test(preference.trim()));
}

/** The Set-Cookie header field that gives a browser its refresh token. */
export function refreshCookie(token: string, maxAgeSeconds: number): string {
  return stringifySetCookie({ name: refreshCookieName, value: token, maxAge: maxAgeSeconds, ...attributes });
}

/** The Set-Cookie header field that takes it away. */
export const noRefreshCookie = refreshCookie('', 0);

/**
 * Lets a cookie count for pages of the allowed origins only, for browsers send it whoever made the page.
 * @throws OriginNotAllowedError
 */
export function assertAllowedOrigin(origin: string | undefined, allowed: readonly string[]): void {
  if (origin === undefined || !allowed.includes(origin)) throw new OriginNotAllowedError();
}
