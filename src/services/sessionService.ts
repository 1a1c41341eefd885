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

function msBetween(from: Date, to: Date): number {
  return to.getTime() - from.getTime();
}

export class SessionService {
  constructor(
    private readonly store: Pick<Store, 'sessions' | 'users' | 'transaction'>,
    private readonly tokens: Pick<AccessTokenIssuer, 'issue' | 'lifetime'>,
    private readonly policy: Config['sessions'],
    private readonly events: SecurityEvents,
  ) {}

  /** Begins a session; undefined if the account was deactivated or its password changed since the check. */
  async begin({ user, passwordVersion }: Credential, client: Client): Promise<SignedIn | undefined> {
    const { token, state } = RefreshToken.first(uuidv7());
    const { idleMs, lifetimeMs } = this.policy;
    const { ip, userAgent } = client;
    const session = { id: token.sessionId, userId: user.id, ip, userAgent };
    const hasBegun = await this.store.transaction(async ({ users, sessions }) => {
      const account = await users.lock(user.id);
      if (!account?.user.isActive || account.passwordVersion !== passwordVersion) return false;
      await sessions.insert(session, state, this.policy);
      await sessions.endOldest(user.id, sessionsMax);
      await users.noteSeen(user.id);
      return true;
    });
    return hasBegun ? this.signedIn(token, user, Math.min(idleMs, lifetimeMs)) : undefined;
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
    const { found, isReused } = await this.find(text);
    if (isReused) throw new RefreshTokenInvalidError();
    return { user: found.user, sessionId: found.sessionId, expiresAt: found.expiresAt };
  }

  /**
   * Rotates a refresh token. An old token gets the current one again if its client may have lost the response; otherwise
   * it means theft, and ends the session (docs/decisions/0008).
   * @throws RefreshTokenInvalidError, RefreshTokenReusedError
   */
  async refresh(text: string, client: Client): Promise<SignedIn> {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const { token, found, age, isReused } = await this.find(text);
      if (isReused) return this.endStolen(found, client);
      if (age > 0) return this.current(token, age, found);
      const next = await this.rotate(token, found, client);
      if (next) return next;
      // A concurrent request has rotated the same token. It is now the previous one.
    }
    throw new RefreshTokenInvalidError();
  }

  /** Ends the caller's session, all their others, or all. */
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

  /** The token's session, and whether the token is so old that its use means theft. */
  private async find(text: string) {
    const token = RefreshToken.parse(text);
    if (!token) throw new RefreshTokenInvalidError();
    const found = await this.store.sessions.findRefreshable(token.sessionId);
    if (!found?.user.isActive) throw new RefreshTokenInvalidError();
    const age = token.age(found);
    if (age === undefined) throw new RefreshTokenInvalidError();
    // The previous token is never reused: the current one, its successor, has not been sent to refresh yet.
    const isLate = msBetween(found.session.lastUsedAt, found.readAt) > this.policy.graceMs;
    return { token, found, age, isReused: age > 2 || (age === 2 && isLate) };
  }

  /** Undefined if the session has been rotated or ended since it was read. */
  private async rotate(
    token: RefreshToken,
    { session, user, refreshSeed, readAt }: RefreshableSession,
    { ip, userAgent }: Client,
  ): Promise<SignedIn | undefined> {
    const { idleMs } = this.policy;
    const next = token.successor(refreshSeed);
    const changes = { refreshHash: next.hash(), ip, userAgent };
    const rotated = await this.store.sessions.rotate(session.id, token.generation, changes, idleMs);
    if (rotated) await this.store.users.noteSeen(user.id);
    return rotated ? this.signedIn(next, user, Math.min(idleMs, msBetween(readAt, session.endsAt))) : undefined;
  }

  /** The current pair of tokens, for an old token. */
  private current(token: RefreshToken, age: number, found: RefreshableSession): SignedIn {
    const { user, refreshSeed, readAt, expiresAt } = found;
    return this.signedIn(token.successor(refreshSeed, age), user, msBetween(readAt, expiresAt));
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

  private signedIn(token: RefreshToken, user: User, refreshLifetimeMs: number): SignedIn {
    return {
      accessToken: this.tokens.issue(user, token.sessionId),
      expiresIn: this.tokens.lifetime,
      refreshToken: token.toString(),
      refreshExpiresIn: Math.max(1, Math.floor(refreshLifetimeMs / 1000)),
      sessionId: token.sessionId,
      user,
    };
  }
}
