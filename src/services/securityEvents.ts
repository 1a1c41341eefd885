import type { Logger } from '../observability/logger.js';
import type { Metrics } from '../observability/metrics.js';
import type { Client } from '../domain/client.js';

/** The level and the text of each event's log line. */
const events = {
  signed_up: ['info', 'Signed up'],
  signed_in: ['info', 'Signed in'],
  sign_in_failed: ['warn', 'Sign-in failed'],
  wrong_password: ['warn', 'Wrong password'],
  signed_out: ['info', 'Signed out'],
  session_revoked: ['info', 'Session revoked'],
  refresh_token_reused: ['warn', 'Refresh token reused; session ended'],
  password_changed: ['info', 'Password changed'],
  email_verified: ['info', 'Email address verified'],
  account_deleted: ['info', 'Account deleted'],
  access_changed: ['info', 'Account administered'],
  sessions_revoked: ['info', 'Account administered'],
  unlocked: ['info', 'Account administered'],
} as const;

type Details = Partial<Record<'reason' | 'scope' | 'session_id' | 'how' | 'target_user_id', string>>;

const signInFailureReasons = ['invalid_credentials', 'sign_in_locked', 'account_inactive', 'email_not_verified'];

/** Logs security events with a searchable `event` field, and counts logins. */
export class SecurityEvents {
  constructor(
    private readonly logger: Pick<Logger, 'info' | 'warn'>,
    private readonly metrics: Pick<Metrics, 'signIns' | 'signInFailures'>,
  ) {
    for (const reason of signInFailureReasons) metrics.signInFailures.inc({ reason }, 0);
  }

  /** @param userId who did it; undefined for an unknown address or a sign-up */
  record(event: keyof typeof events, userId: string | undefined, client: Client, details: Details = {}): void {
    const [level, text] = events[event];
    const { requestId, ip } = client;
    this.logger[level]({ event, user_id: userId ?? null, request_id: requestId, ip, ...details }, text);
  }

  signedIn(userId: string, client: Client): void {
    this.metrics.signIns.inc();
    this.record('signed_in', userId, client);
  }

  /** @param reason the error code */
  signInFailed(reason: string, userId: string | undefined, client: Client): void {
    this.metrics.signInFailures.inc({ reason });
    this.record('sign_in_failed', userId, client, { reason });
  }
}
