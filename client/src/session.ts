import { ApiError, isApiError } from './apiError.js';
import type { LoggedIn, SessionEndedListener } from './auth.js';
import type { LogInArguments, LogOutArguments } from './generated/operations.js';
import type { LoginResponse } from './generated/schema.js';
import type { RefreshTokenStore } from './refreshTokenStore.js';

/** Milliseconds before its expiry from which an access token is not sent any more. */
const margin = 10_000;

/** The operations that a session consists of. */
export interface SessionRequests {
  logIn(args: LogInArguments): Promise<LoginResponse>;
  /** Has a deadline of its own, because several calls may wait for it. */
  refreshTokens(token: string | null | undefined): Promise<LoginResponse>;
  logOut(args: LogOutArguments, accessToken: string | undefined): Promise<unknown>;
}

/** What the client holds of a session. */
interface Access extends LoggedIn {
  token: string;
  expiresAt: number;
}

/** Whether the session of the access token has ended. */
const meansEnd = (error: unknown): error is ApiError =>
  isApiError(error) && ['session_ended', 'token_user_invalid'].includes(error.code);

/** Whether another access token of the session may be accepted. */
const isMendable = (error: unknown): boolean =>
  isApiError(error) && error.code.startsWith('token_') && !meansEnd(error);

/** Whether the server has refused a refresh token for good. */
const refusesRefresh = (error: unknown): error is ApiError =>
  isApiError(error) &&
  (error.code.startsWith('refresh_token_') || ['invalid_input', 'user_changed'].includes(error.code));

/** Whether nobody is logged in. */
const meansNoSession = (error: unknown): boolean =>
  isApiError(error) && (error.status === 401 || refusesRefresh(error)) && error.code !== 'unexpected_answer';

/** The session of a client: its access token, and where the refresh token is. */
export class Session {
  private access: Access | undefined;
  /** Whether it has ended: then only `logIn` and `restore` begin another. */
  private hasEnded = false;
  private isLoggingOut = false;
  /** What this client last read from the store, or wrote. */
  private stored: string | null | undefined;
  private refreshing: Promise<Access | undefined> | undefined;
  private lastChange: Promise<unknown> = Promise.resolve();
  private readonly listeners = new Set<SessionEndedListener>();

  /** @param store of the refresh token; undefined: it is in a cookie */
  constructor(private readonly store: RefreshTokenStore | undefined) {}

  onEnded(listener: SessionEndedListener): () => void {
    // Of its own, so that a function that listens twice is called twice.
    const own: SessionEndedListener = (error) => listener(error);
    this.listeners.add(own);
    return () => void this.listeners.delete(own);
  }

  async logIn(requests: SessionRequests, args: LogInArguments): Promise<LoggedIn> {
    return this.change(async () => {
      const previous = this.access?.token;
      const prefer = this.store ? undefined : 'refresh-cookie';
      const access = await this.adopt(await requests.logIn({ ...args, prefer }));
      // Nobody has its refresh token any more. The new session does not depend on whether this succeeds.
      if (previous) await requests.logOut({}, previous).catch(() => undefined);
      return loggedIn(access);
    });
  }

  async restore(requests: SessionRequests): Promise<LoggedIn | undefined> {
    this.hasEnded = false;
    try {
      const access = await this.refresh(requests);
      return access && loggedIn(access);
    } catch (error) {
      if (refusesRefresh(error)) return undefined;
      throw error;
    }
  }

  async logOut(requests: SessionRequests, args: LogOutArguments): Promise<void> {
    const isOnlyThis = args.scope === undefined || args.scope === 'current';
    await this.change(async () => {
      // Nothing is sent: the cookie may be that of another session by now.
      if (this.hasEnded && isOnlyThis) return;
      if (this.hasEnded) throw notLoggedIn();
      this.isLoggingOut = true;
      try {
        await this.authorize(
          (token) => requests.logOut(args, token),
          () => this.exchange(requests),
        );
      } catch (error) {
        // Without a session there is nothing to log out of. But the other sessions go on.
        if (!isOnlyThis || !meansNoSession(error)) throw error;
      } finally {
        this.isLoggingOut = false;
      }
      if (args.scope !== 'others') await this.forget();
    });
  }

  /** Sends a request with the access token, and sends it again if a refresh mends why the token was refused. */
  async authorized<T>(requests: SessionRequests, send: (token: string | undefined) => Promise<T>): Promise<T> {
    return this.authorize(send, () => this.refresh(requests));
  }

  private async authorize<T>(
    send: (token: string | undefined) => Promise<T>,
    refresh: () => Promise<Access | undefined>,
  ): Promise<T> {
    const { access: before } = this;
    const access = await this.usable(refresh);
    assertSameUser(before, access);
    try {
      return await send(access?.token);
    } catch (error) {
      if (!access) throw error;
      if (meansEnd(error)) await this.end(error, access);
      if (!isMendable(error)) throw error;
      const renewed = this.access === access ? await refresh() : this.access;
      if (!renewed) throw error;
      assertSameUser(access, renewed);
      return send(renewed.token);
    }
  }

  /** Access that has not expired; undefined if nobody is logged in. */
  private async usable(refresh: () => Promise<Access | undefined>): Promise<Access | undefined> {
    const { access } = this;
    if (!access) return this.hasEnded ? undefined : refresh();
    if (access.expiresAt - margin > Date.now()) return access;
    try {
      return await refresh();
    } catch (error) {
      if (this.access === access && access.expiresAt > Date.now()) return access;
      throw error;
    }
  }

  /** One refresh for all calls that need one. */
  private refresh(requests: SessionRequests): Promise<Access | undefined> {
    const { access } = this;
    this.refreshing ??= this.change(async () =>
      // A login or logout that came first has made it superfluous.
      this.access === access ? this.exchange(requests) : this.access,
    ).finally(() => (this.refreshing = undefined));
    return this.refreshing;
  }

  /** Undefined if there is no refresh token. */
  private async exchange(requests: SessionRequests): Promise<Access | undefined> {
    const { access: previous, store } = this;
    const held = await store?.read();
    this.stored = held;
    try {
      if (store && !held) throw loggedOutElsewhere();
      return await this.adopt(await requests.refreshTokens(held), previous);
    } catch (error) {
      if (!previous && isApiError(error, 'refresh_token_missing')) return undefined;
      if (refusesRefresh(error)) await this.end(error, previous);
      throw error;
    }
  }

  /** @param previous the access that it renews */
  private async adopt(answer: LoginResponse, previous?: Access): Promise<Access> {
    const { user, session_id, access_token: token, expires_in: lifetime, refresh_token: refreshToken } = answer;
    const access = { user, session_id, token, expiresAt: Date.now() + lifetime * 1000 };
    await this.store?.write(refreshToken);
    assertSameUser(previous, access);
    this.stored = refreshToken;
    this.access = access;
    this.hasEnded = false;
    return access;
  }

  /** Unless another session has taken its place. */
  private async end(error: ApiError, ended: Access | undefined): Promise<void> {
    if (this.access !== ended || this.isLoggingOut) return;
    // Errors of listeners are theirs, not the call's.
    if (ended) for (const listener of this.listeners) queueMicrotask(() => listener(error));
    this.access = undefined;
    this.hasEnded = true;
    // Another client may have stored the token of another session.
    if (this.store && (await this.store.read()) === this.stored) await this.store.write(undefined);
  }

  private async forget(): Promise<void> {
    this.access = undefined;
    this.hasEnded = true;
    await this.store?.write(undefined);
  }

  /** Logins, refreshes and logouts one after the other: the cookie and the store are those of the last one. */
  private change<T>(task: () => Promise<T>): Promise<T> {
    const result = this.lastChange.then(task);
    this.lastChange = result.catch(() => undefined);
    return result;
  }
}

const loggedIn = ({ user, session_id }: Access): LoggedIn => ({ user, session_id });

function notLoggedIn(): ApiError {
  return new ApiError({ code: 'token_missing', status: 401, detail: 'Log in first: the session has ended.' });
}

function loggedOutElsewhere(): ApiError {
  return new ApiError({ code: 'refresh_token_missing', status: 401, detail: 'Log in again: the session has ended.' });
}

/** Someone else may have logged in: with this client, or in another tab with the cookie that all tabs share. */
function assertSameUser(previous: Access | undefined, next: Pick<LoggedIn, 'user'> | undefined): void {
  if (!previous || !next || previous.user.id === next.user.id) return;
  throw new ApiError({
    code: 'user_changed',
    status: 401,
    detail: 'Another person has logged in. The call was not carried out.',
  });
}
