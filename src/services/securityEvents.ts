import type { Logger } from '../observability/logger.js';
import type { Metrics } from '../observability/metrics.js';
import type { Client } from '../domain/client.js';

/** The error codes of failed logins. */
const signInFailureReasons = ['invalid_credentials', 'sign_in_locked', 'account_inactive', 'email_not_verified'];

/** Logs security events with a searchable `event` field, and counts logins. */
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
    this.logger.warn(line, 'Refresh token reused; session ended');
  }

  passwordChanged(userId: string, how: 'changed' | 'reset', client: Client): void {
    this.logger.info({ ...fields('password_changed', userId, client), how }, 'Password changed');
  }

  emailVerified(userId: string, client: Client): void {
    this.logger.info(fields('email_verified', userId, client), 'Email address verified');
  }

  accountDeleted(userId: string, client: Client): void {
    this.logger.info(fields('account_deleted', userId, client), 'Account deleted');
  }

  administered(
    what: 'access_changed' | 'sessions_revoked' | 'unlocked',
    adminId: string,
    userId: string,
    client: Client,
  ): void {
    this.logger.info({ ...fields(what, adminId, client), target_user_id: userId }, 'Account administered');
  }

  /** @param userId undefined for a sign-up */
  wrongPassword(userId: string | undefined, client: Client): void {
    this.logger.warn(fields('wrong_password', userId, client), 'Wrong password');
  }

  /**
   * @param reason the error code
   * @param userId undefined for an unknown address
   */
  signInFailed(reason: string, userId: string | undefined, client: Client): void {
    this.metrics.signInFailures.inc({ reason });
    this.logger.warn({ ...fields('sign_in_failed', userId, client), reason }, 'Sign-in failed');
  }
}

function fields(event: string, userId: string | undefined, client: Client): object {
  return { event, user_id: userId ?? null, request_id: client.requestId, ip: client.ip };
}
