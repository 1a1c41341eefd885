import type { components } from '../../../generated/api.js';
import { RefreshTokenMissingError } from '../../errors.js';
import type { AuthService } from '../../services/authService.js';
import type { SessionService, SignedIn } from '../../services/sessionService.js';
import type { Handlers } from '../openapi/operation.js';
import type { AllowedOrigins } from '../http/allowedOrigins.js';
import { presentUser } from '../presenters/userPresenter.js';
import {
  assertAllowedOrigin,
  isOfOtherSession,
  prefersRefreshCookie,
  refreshCookieName,
  type RefreshCookie,
} from '../http/refreshCookie.js';

/**
 * The operations of the tag Authentication.
 * @param allowedOrigins may use the refresh cookie
 */
export function authenticationController(
  auth: AuthService,
  sessions: SessionService,
  refreshCookie: RefreshCookie,
  allowedOrigins: AllowedOrigins,
) {
  return {
    async signUp({ body, client }) {
      const { email, password, first_name: firstName, last_name: lastName } = body;
      const user = await auth.signUp({ email, password, firstName, lastName }, client);
      if (!user) return { status: 202, body: { message: 'Follow the link in the email that we sent you.' } };
      const message = 'Your account has been created. You can log in now.';
      return { status: 201, body: { message, user: presentUser(user) } };
    },

    async logIn({ body, headers, client }) {
      const tokens = await auth.logIn(body, client);
      return loginReply(tokens, refreshCookie, prefersRefreshCookie(headers.Prefer));
    },

    async refreshTokens({ body, headers, cookies, client }) {
      const cookie = body?.refresh_token ? undefined : cookies[refreshCookieName];
      if (cookie) assertAllowedOrigin(headers.Origin, allowedOrigins);
      const token = cookie ?? body?.refresh_token;
      if (!token) throw new RefreshTokenMissingError();
      const tokens = await sessions.refresh(token, client);
      const asCookie = cookie !== undefined || prefersRefreshCookie(headers.Prefer);
      return loginReply(tokens, refreshCookie, asCookie);
    },

    async logOut({ body, principal, cookies, client }) {
      const scope = body?.scope ?? 'current';
      await sessions.end(principal, scope, client);
      const cookie = cookies[refreshCookieName];
      const isKept = scope === 'others' || (scope === 'current' && isOfOtherSession(cookie, principal.sessionId));
      if (!cookie || isKept) return { status: 204 };
      return { status: 204, headers: { 'Set-Cookie': refreshCookie.remove() } };
    },
  } satisfies Partial<Handlers>;
}

type LoginResponse = components['schemas']['LoginResponse'];

/** @param asCookie whether the refresh token goes into a cookie instead of the body */
function loginReply(signedIn: SignedIn, refreshCookie: RefreshCookie, asCookie: boolean) {
  const { refreshToken, refreshExpiresIn, ...tokens } = signedIn;
  const body: LoginResponse = {
    access_token: tokens.accessToken,
    token_type: 'bearer',
    expires_in: tokens.expiresIn,
    ...(!asCookie && { refresh_token: refreshToken }),
    session_id: tokens.sessionId,
    user: presentUser(tokens.user),
  };
  const headers: Record<string, string> = asCookie
    ? { 'Set-Cookie': refreshCookie.store(refreshToken, refreshExpiresIn), 'Preference-Applied': 'refresh-cookie' }
    : {};
  return { status: 200 as const, body, headers };
}
