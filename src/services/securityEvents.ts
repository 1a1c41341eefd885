import type { Logger } from '../observability/logger.js';
import type { Metrics } from '../observability/metrics.js';
import type { Client } from '../domain/client.js';

/** The codes of the errors with which a sign-in can fail. */
const signInFailureReasons = ['invalid_credentials', 'sign_in_locked', 'account_inactive', 'email_not_verified'];

/** What happened to whose account, as lines of the log with an `event` to search for; sign-ins are also counted. */
export class SecurityEvents {
  constructor(
    private readonly logger: Pick<Logger, 'info' | 'warn'>,
    private readonly metrics: Pick<Metrics, 'signIns' | 'signInFailures'>,
  ) {
    for (const reason of signInFailureReasons) metrics.signInFailures.inc({ reason }, 0);
  }

  signedUp(userId: string, client: Client): void {
    this.logger.info(fields('signed_up', userId, client), 'Signed up');
  }

  signedIn(userId: string, client: Client): void {
    this.metrics.signIns.inc();
    this.logger.info(fields('signed_in', userId, client), 'Signed in');
  }

  signedOut(userId: string, scope: string, client: Client): void {
    this.logger.info({ ...fields('signed_out', userId, client), scope }, 'Signed out');
  }

  sessionRevoked(userId: string, sessionId: string, client: Client): void {
    this.logger.info({ ...fields('session_revoked', userId, client), session_id: sessionId }, 'Session revoked');
  }

  refreshTokenReused(userId: string, sessionId: string, client: Client): void {
    const line = { ...fields('refresh_token_reused', userId, client), session_id: sessionId };
    this.logger.warn(line, 'A refresh token was used twice; its session has been ended');
  }

  passwordChanged(userId: string, how: 'changed' | 'reset', client: Client): void {
    this.logger.info({ ...fields('password_changed', userId, client), how }, 'Password changed');
  }

  emailVerified(userId: string, client: Client): void {
    this.logger.info(fields('email_verified', userId, client), 'E-mail address verified');
  }

  accountDeleted(userId: string, client: Client): void {
    this.logger.info(fields('account_deleted', userId, client), 'Account deleted');
  }

  /** @param what an administrator did with somebody's account */
  administered(
    what: 'access_changed' | 'sessions_revoked' | 'unlocked',
    adminId: string,
    userId: string,
    client: Client,
  ): void {
    this.logger.info({ ...fields(what, adminId, client), target_user_id: userId }, 'Account administered');
  }

  /**
   * Someone did not know the password that a change or a link asks for.
   * @param userId undefined for a sign-up that is no account yet
   */
  wrongPassword(userId: string | undefined, client: Client): void {
    this.logger.warn(fields('wrong_password', userId, client), 'Wrong password');
  }

  /**
   * @param reason the code of the error
   * @param userId whose account it was about; undefined for an unknown address
   */
  signInFailed(reason: string, userId: string | undefined, client: Client): void {
    this.metrics.signInFailures.inc({ reason });
    this.logger.warn({ ...fields('sign_in_failed', userId, client), reason }, 'Sign-in failed');
  }
}

function fields(event: string, userId: string | undefined, client: Client): object {
  return { event, user_id: userId ?? null, request_id: client.requestId, ip: client.ip };
}
