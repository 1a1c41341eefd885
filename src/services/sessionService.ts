import { v7 as uuidv7 } from 'uuid';
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

/** How long sessions live; all in milliseconds. */
export interface SessionPolicy {
  /** Without being refreshed. */
  idleMs: number;
  /** However often it is refreshed. */
  lifetimeMs: number;
  /** For how long the token before the current one still gets its holder the current one. */
  graceMs: number;
}

/** What somebody who has signed in, or refreshed, goes on with. */
export interface SignedIn {
  accessToken: string;
  /** Seconds until the access token expires. */
  expiresIn: number;
  refreshToken: string;
  /** Seconds until the refresh token expires if it is not used. */
  refreshExpiresIn: number;
  sessionId: string;
  user: User;
}

/** Which sessions to end: this one, all others, or all. */
export type LogoutScope = 'current' | 'others' | 'all';

/** How many sessions an account has at most: at a further sign-in, the one that was used longest ago ends. */
const sessionsMax = 100;

/** Sessions: how they begin, go on and end, and who is signed in with them. */
export class SessionService {
  constructor(
    private readonly store: Pick<Store, 'sessions' | 'users' | 'transaction'>,
    private readonly tokens: Pick<AccessTokenIssuer, 'issue' | 'lifetime'>,
    private readonly policy: SessionPolicy,
    private readonly events: SecurityEvents,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * Begins a session for someone who has proved who they are; undefined where the account has been deactivated meanwhile,
   * or its password changed.
   */
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
   * Who is signed in with this session now.
   * @throws InvalidTokenError when it has ended, or the account is not active any more
   */
  async authenticate(sessionId: string, userId: string): Promise<Principal> {
    const principal = await this.store.sessions.findPrincipal(sessionId);
    if (principal?.user.id !== userId) throw new InvalidTokenError('session_ended');
    if (!principal.user.isActive) throw new InvalidTokenError('token_user_invalid');
    return principal;
  }

  /**
   * Who holds this refresh token, which stays as it is.
   * @throws RefreshTokenInvalidError
   */
  async authenticateRefreshToken(text: string): Promise<Principal> {
    const { token, found } = await this.find(text);
    const standing = token.standing(found);
    const counts = standing === 'current' || (standing === 'previous' && this.isWithinGrace(found.session));
    if (!counts) throw new RefreshTokenInvalidError();
    return { user: found.user, sessionId: found.sessionId, expiresAt: found.expiresAt };
  }

  /**
   * Exchanges a refresh token for new ones. Who presents the one before the current, shortly after it was exchanged, has
   * lost the answer and gets the current one. Who presents an older one has a stolen one, or was stolen from: the session
   * ends.
   * @throws RefreshTokenInvalidError, RefreshTokenReusedError
   */
  async refresh(text: string, client: Client): Promise<SignedIn> {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const { token, found } = await this.find(text);
      const standing = token.standing(found);
      if (standing === 'unknown') throw new RefreshTokenInvalidError();
      if (standing === 'current') {
        const next = await this.rotate(token, found, client);
        if (next) return next;
        // Somebody was faster with the same token: now it is the one before the current.
        continue;
      }
      if (standing === 'previous' && this.isWithinGrace(found.session)) {
        return this.signedIn(token.next(found.refreshSeed), found.user, found.session.expiresAt);
      }
      await this.endStolen(found, client);
    }
    throw new RefreshTokenInvalidError();
  }

  /** Ends this session, all others of its person, or all. */
  async end({ user, sessionId }: Principal, scope: LogoutScope, client: Client): Promise<void> {
    await this.store.transaction(async ({ users, sessions }) => {
      if (scope === 'current') return sessions.end(user.id, sessionId);
      // The account first, as in every change that ends several sessions.
      await users.lock(user.id);
      await sessions.endAll(user.id, scope === 'others' ? sessionId : undefined);
    });
    this.events.signedOut(user.id, scope, client);
  }

  async list({ user }: Principal, page: PageRequest): Promise<Page<Session>> {
    return this.store.sessions.list(user.id, page);
  }

  /**
   * Ends one of one's own sessions.
   * @throws NotFoundError for somebody else's, and for one that has ended already
   */
  async revoke({ user }: Principal, sessionId: string, client: Client): Promise<void> {
    if (!(await this.endOne(user.id, sessionId))) throw new NotFoundError('session');
    this.events.sessionRevoked(user.id, sessionId, client);
  }

  private async find(text: string): Promise<{ token: RefreshToken; found: RefreshableSession }> {
    const token = RefreshToken.parse(text);
    if (!token) throw new RefreshTokenInvalidError();
    const found = await this.store.sessions.findRefreshable(token.sessionId);
    if (!found?.user.isActive) throw new RefreshTokenInvalidError();
    return { token, found };
  }

  /** Undefined when the session has moved on, or ended, since it was read. */
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

  /** In a transaction of its own: it stays ended although the request fails. Of several at once, the one that ends it logs. */
  private async endStolen({ session, user }: RefreshableSession, client: Client): Promise<never> {
    const hasEnded = await this.endOne(user.id, session.id);
    if (hasEnded) this.events.refreshTokenReused(user.id, session.id, client);
    throw new RefreshTokenReusedError();
  }

  private isWithinGrace({ lastUsedAt }: Session): boolean {
    return this.now() - lastUsedAt.getTime() <= this.policy.graceMs;
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
