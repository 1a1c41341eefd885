import type { ApiError } from './apiError.js';
import type { LogInArguments, LogOutArguments } from './generated/operations.js';
import type { LoginResponse } from './generated/schema.js';
import type { CallOptions } from './method.js';

/** Who is logged in, and the id of their session in `listSessions`. */
export type LoggedIn = Pick<LoginResponse, 'user' | 'session_id'>;

/** Is told why the session has ended. */
export type SessionEndedListener = (error: ApiError) => void;

/** The session of a client. All methods of the client send its access token, and refresh it as needed. */
export interface Auth {
  /** Logs in. A session that this client had before ends. */
  readonly logIn: (args: Omit<LogInArguments, 'prefer'>, options?: CallOptions) => Promise<LoggedIn>;
  /**
   * Continues the session whose refresh token is in the cookie or in the store: after a page has loaded, or a program has
   * started. Undefined if there is none: show the login form.
   */
  readonly restore: (options?: CallOptions) => Promise<LoggedIn | undefined>;
  /**
   * Logs out: of this session, of all others, or of all. Succeeds also if this session has ended already; ending others then
   * takes a new login. If it fails, the client is still logged in.
   */
  readonly logOut: (args?: LogOutArguments, options?: CallOptions) => Promise<void>;
  /**
   * Calls the listener when the session has ended other than by `logOut`: it was revoked or has expired, or the account is no
   * longer active. Returns a function that removes the listener.
   */
  readonly onSessionEnded: (listener: SessionEndedListener) => () => void;
}
