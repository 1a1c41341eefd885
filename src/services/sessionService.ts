import { v7 as uuidv7 } from 'uuid';
import type { Config } from '../config/config.js';
import type { AccessTokenIssuer } from '../security/accessToken.js';
import { InvalidTokenError, NotFoundError, RefreshTokenInvalidError, RefreshTokenReusedError } from '../errors.js';
import { RefreshToken } from '../security/refreshToken.js';
import type { Client } from '../domain/client.js';
import type { Page, PageRequest } from '../domain/page.js';
import type { Principal } from '../domain/principal.js';
import type { Session } from '../domain/session.js';
import type { Credential, User } from '../domain/user.js';
import type { RefreshableSession } from '../repositories/sessionRepository.js';
import type { Store } from '../repositories/store.js';
import type { SecurityEvents } from './securityEvents.js';

export interface SignedIn {
  accessToken: string;
  /** Seconds until the access token expires. */
  expiresIn: number;
  refreshToken: string;
  /** Seconds until the refresh token expires. */
  refreshExpiresIn: number;
  sessionId: string;
  user: User;
}

export type LogoutScope = 'current' | 'others' | 'all';

/** Maximum sessions per account. A further login ends the least recently used one. */
const sessionsMax = 100;

export class SessionService {
  constructor(
    private readonly store: Pick<Store, 'sessions' | 'users' | 'transaction'>,
    private readonly tokens: Pick<AccessTokenIssuer, 'issue' | 'lifetime'>,
    private readonly policy: Config['sessions'],
    private readonly events: SecurityEvents,
    private readonly now: () => number = Date.now,
  ) {}

  /** Begins a session; undefined if the account was deactivated or its password changed since the check. */
  async begin({ user, passwordVersion }: Credential, client: Client): Promise<SignedIn | undefined> {
    const { token, state } = RefreshToken.first(uuidv7());
    const now = this.now();
    const endsAt = new Date(now + this.policy.lifetimeMs);
    const times = { createdAt: new Date(now), lastUsedAt: new Date(now), expiresAt: this.expiry(endsAt), endsAt };
    const { ip, userAgent } = client;
    const session = { id: token.sessionId, userId: user.id, ip, userAgent, ...times };
    const hasBegun = await this.store.transaction(async ({ users, sessions }) => {
      const account = await users.lock(user.id);
      if (!account?.user.isActive || account.passwordVersion !== passwordVersion) return false;
      await sessions.insert(session, state);
      await sessions.endOldest(user.id, sessionsMax);
      await users.noteSeen(user.id);
      return true;
    });
    return hasBegun ? this.signedIn(token, user, times.expiresAt) : undefined;
  }

  /**
   * The caller that a session identifies.
   * @throws InvalidTokenError if the session has ended or the account is no longer active
   */
  async authenticate(sessionId: string, userId: string): Promise<Principal> {
    const principal = await this.store.sessions.findPrincipal(sessionId);
    if (principal?.user.id !== userId) throw new InvalidTokenError('session_ended');
    if (!principal.user.isActive) throw new InvalidTokenError('token_user_invalid');
    return principal;
  }

  /**
   * The caller that a refresh token identifies. Does not rotate the token.
   * @throws RefreshTokenInvalidError
   */
  async authenticateRefreshToken(text: string): Promise<Principal> {
    const { found, standing } = await this.find(text);
    if (standing === 'older') throw new RefreshTokenInvalidError();
    return { user: found.user, sessionId: found.sessionId, expiresAt: found.expiresAt };
  }

  /**
   * Rotates a refresh token. The previous token gets the current one within the grace period, for clients that lost the
   * response. Any other old token means theft, and ends the session.
   * @throws RefreshTokenInvalidError, RefreshTokenReusedError
   */
  async refresh(text: string, client: Client): Promise<SignedIn> {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const { token, found, standing } = await this.find(text);
      if (standing === 'older') return this.endStolen(found, client);
      if (standing === 'previous') return this.signedIn(token.next(found.refreshSeed), found.user, found.expiresAt);
      const next = await this.rotate(token, found, client);
      if (next) return next;
      // A concurrent request has rotated the same token. It is now the previous one.
    }
    throw new RefreshTokenInvalidError();
  }

  async end({ user, sessionId }: Principal, scope: LogoutScope, client: Client): Promise<void> {
    await this.store.transaction(async ({ users, sessions }) => {
      if (scope === 'current') return sessions.end(user.id, sessionId);
      // Locks the account first, as everywhere, to prevent deadlocks.
      await users.lock(user.id);
      await sessions.endAll(user.id, scope === 'others' ? sessionId : undefined);
    });
    this.events.record('signed_out', user.id, client, { scope });
  }

  async list({ user }: Principal, page: PageRequest): Promise<Page<Session>> {
    return this.store.sessions.list(user.id, page);
  }

  /**
   * Ends one of the caller's sessions.
   * @throws NotFoundError if it has ended or is not the caller's
   */
  async revoke({ user }: Principal, sessionId: string, client: Client): Promise<void> {
    if (!(await this.endOne(user.id, sessionId))) throw new NotFoundError('session');
    this.events.record('session_revoked', user.id, client, { session_id: sessionId });
  }

  /** The token's session. A previous token counts as older after the grace period. */
  private async find(text: string) {
    const token = RefreshToken.parse(text);
    if (!token) throw new RefreshTokenInvalidError();
    const found = await this.store.sessions.findRefreshable(token.sessionId);
    if (!found?.user.isActive) throw new RefreshTokenInvalidError();
    const standing = token.standing(found);
    if (standing === 'unknown') throw new RefreshTokenInvalidError();
    const isLate = this.now() - found.session.lastUsedAt.getTime() > this.policy.graceMs;
    return { token, found, standing: standing === 'previous' && isLate ? 'older' : standing };
  }

  /** Undefined if the session has been rotated or ended since it was read. */
  private async rotate(
    token: RefreshToken,
    { session, user, refreshSeed }: RefreshableSession,
    { ip, userAgent }: Client,
  ): Promise<SignedIn | undefined> {
    const next = token.next(refreshSeed);
    const expiresAt = this.expiry(session.endsAt);
    const changes = { refreshHash: next.hash(), lastUsedAt: new Date(this.now()), expiresAt, ip, userAgent };
    const rotated = await this.store.sessions.rotate(session.id, token.generation, changes);
    if (rotated) await this.store.users.noteSeen(user.id);
    return rotated ? this.signedIn(next, user, expiresAt) : undefined;
  }

  private async endOne(userId: string, sessionId: string): Promise<boolean> {
    return this.store.transaction(({ sessions }) => sessions.end(userId, sessionId));
  }

  /** Commits although the request fails. Of concurrent requests, only the one that ends the session logs. */
  private async endStolen({ session, user }: RefreshableSession, client: Client): Promise<never> {
    const hasEnded = await this.endOne(user.id, session.id);
    if (hasEnded) this.events.record('refresh_token_reused', user.id, client, { session_id: session.id });
    throw new RefreshTokenReusedError();
  }

  private expiry(endsAt: Date): Date {
    return new Date(Math.min(endsAt.getTime(), this.now() + this.policy.idleMs));
  }

  private signedIn(token: RefreshToken, user: User, expiresAt: Date): SignedIn {
    return {
      accessToken: this.tokens.issue(user, token.sessionId),
      expiresIn: this.tokens.lifetime,
      refreshToken: token.toString(),
      refreshExpiresIn: Math.max(1, Math.floor((expiresAt.getTime() - this.now()) / 1000)),
      sessionId: token.sessionId,
      user,
    };
  }
}
