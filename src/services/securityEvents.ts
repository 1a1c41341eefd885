import type { Logger } from '../core/logger.js';
import type { Client } from '../domain/client.js';

/** What happened to whose account, as lines of the log with an `event` to search for. */
export class SecurityEvents {
  constructor(private readonly logger: Pick<Logger, 'info' | 'warn'>) {}

  signedUp(userId: string, client: Client): void {
    this.logger.info(fields('signed_up', userId, client), 'Signed up');
  }

  signedIn(userId: string, client: Client): void {
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

  /** @param userId whose account it was about; undefined for an unknown address */
  signInFailed(reason: 'invalid_credentials' | 'account_inactive', userId: string | undefined, client: Client): void {
    this.logger.warn({ ...fields('sign_in_failed', userId, client), reason }, 'Sign-in failed');
  }
}

function fields(event: string, userId: string | undefined, client: Client): object {
  return { event, user_id: userId ?? null, request_id: client.requestId, ip: client.ip };
}
