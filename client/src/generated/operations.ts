// Generated from openapi/ by `npm run generate`. Do not edit.
import type { CallOptions, NoArguments, PagedMethod } from '../method.js';
import type { Operation } from '../operation.js';
import type { Health, LoginResponse, LogoutScope, Message, OpenapiDescription, PublicConfig, ServiceIndex, SessionPage, SignupResponse, User, UserPage, UserRole } from './schema.js';

/** The arguments of `signUp`. */
export interface SignUpArguments {
  /**
   * A new email address. The server ignores surrounding whitespace and case, and stores and returns the address
   * trimmed and in lower case. An internationalised domain is stored and returned in its ASCII form (IDNA): who signs
   * up with `bob@bücher.example` gets back `bob@xn--bcher-kva.example`, and both are the same address everywhere.
   * Addresses that no mail server accepts are rejected: dots must have characters on both sides, the part before the @
   * has at most 64 bytes and no invisible characters, and the domain consists of letters, digits and inner hyphens, at
   * most 63 between two dots.
   */
  email: string;
  /**
   * A password of 8 to 256 characters, all of which count. It is counted and compared in the Unicode normalisation
   * form NFC, so that it does not matter whether a keyboard sends a letter and its accent as one character or as two.
   * Nothing else is changed or trimmed. NUL and unpaired surrogates are not allowed. Passwords that are easy to guess
   * are rejected: common ones, and those built from the person's name or address or from the name of the application.
   */
  password: string;
  /** 1 to 100 characters of any script. At least one is visible, and none is a control character. */
  first_name: string;
  /** 1 to 100 characters of any script. At least one is visible, and none is a control character. */
  last_name: string;
}

/** The arguments of `logIn`. */
export interface LogInArguments {
  /**
   * With `refresh-cookie` (RFC 7240) the refresh token comes as a cookie instead of in the body. Other preferences are
   * ignored.
   */
  prefer?: string | undefined;
  /**
   * The email address of an account. Surrounding whitespace and case are ignored, and the domain may be in Unicode or
   * in its ASCII form. Accounts of earlier versions may have addresses that no new account may have.
   */
  email: string;
  /**
   * The current password, exactly as it was chosen. Composed and decomposed characters are the same. Longer than a new
   * password may be, because decomposed characters are several.
   */
  password: string;
}

/** The arguments of `refreshTokens`. */
export interface RefreshTokensArguments {
  /**
   * With `refresh-cookie` (RFC 7240) the refresh token comes as a cookie instead of in the body. Other preferences are
   * ignored.
   */
  prefer?: string | undefined;
  /** A refresh token. Protect it like a password. */
  refresh_token?: string | undefined;
}

/** The arguments of `logOut`. */
export interface LogOutArguments {
  /** `current`: this session. `others`: all other sessions. `all`: every session. */
  scope?: LogoutScope | undefined;
}

/** The arguments of `verifyEmail`. */
export interface VerifyEmailArguments {
  /** The token of an emailed link: the part after `#token=`. */
  token: string;
  /**
   * The current password, exactly as it was chosen. Composed and decomposed characters are the same. Longer than a new
   * password may be, because decomposed characters are several.
   */
  password: string;
}

/** The arguments of `resendVerification`. */
export interface ResendVerificationArguments {
  /**
   * The email address of an account. Surrounding whitespace and case are ignored, and the domain may be in Unicode or
   * in its ASCII form. Accounts of earlier versions may have addresses that no new account may have.
   */
  email: string;
}

/** The arguments of `forgotPassword`. */
export interface ForgotPasswordArguments {
  /**
   * The email address of an account. Surrounding whitespace and case are ignored, and the domain may be in Unicode or
   * in its ASCII form. Accounts of earlier versions may have addresses that no new account may have.
   */
  email: string;
}

/** The arguments of `resetPassword`. */
export interface ResetPasswordArguments {
  /** The token of an emailed link: the part after `#token=`. */
  token: string;
  /**
   * A password of 8 to 256 characters, all of which count. It is counted and compared in the Unicode normalisation
   * form NFC, so that it does not matter whether a keyboard sends a letter and its accent as one character or as two.
   * Nothing else is changed or trimmed. NUL and unpaired surrogates are not allowed. Passwords that are easy to guess
   * are rejected: common ones, and those built from the person's name or address or from the name of the application.
   */
  password: string;
}

/** The arguments of `listSessions`. */
export interface ListSessionsArguments {
  /** The maximum number of items to return. */
  limit?: number | undefined;
  /** The `next_cursor` of the previous page. */
  cursor?: string | undefined;
}

/** The arguments of `endSession`. */
export interface EndSessionArguments {
  /** The id of a session. */
  session_id: string;
}

/** The arguments of `updateCurrentUser`. */
export interface UpdateCurrentUserArguments {
  /** 1 to 100 characters of any script. At least one is visible, and none is a control character. */
  first_name?: string | undefined;
  /** 1 to 100 characters of any script. At least one is visible, and none is a control character. */
  last_name?: string | undefined;
}

/** The arguments of `deleteCurrentUser`. */
export interface DeleteCurrentUserArguments {
  /**
   * The current password, exactly as it was chosen. Composed and decomposed characters are the same. Longer than a new
   * password may be, because decomposed characters are several.
   */
  password: string;
}

/** The arguments of `changePassword`. */
export interface ChangePasswordArguments {
  /**
   * The current password, exactly as it was chosen. Composed and decomposed characters are the same. Longer than a new
   * password may be, because decomposed characters are several.
   */
  current_password: string;
  /**
   * A password of 8 to 256 characters, all of which count. It is counted and compared in the Unicode normalisation
   * form NFC, so that it does not matter whether a keyboard sends a letter and its accent as one character or as two.
   * Nothing else is changed or trimmed. NUL and unpaired surrogates are not allowed. Passwords that are easy to guess
   * are rejected: common ones, and those built from the person's name or address or from the name of the application.
   */
  new_password: string;
}

/** The arguments of `changeEmail`. */
export interface ChangeEmailArguments {
  /**
   * A new email address. The server ignores surrounding whitespace and case, and stores and returns the address
   * trimmed and in lower case. An internationalised domain is stored and returned in its ASCII form (IDNA): who signs
   * up with `bob@bücher.example` gets back `bob@xn--bcher-kva.example`, and both are the same address everywhere.
   * Addresses that no mail server accepts are rejected: dots must have characters on both sides, the part before the @
   * has at most 64 bytes and no invisible characters, and the domain consists of letters, digits and inner hyphens, at
   * most 63 between two dots.
   */
  email: string;
  /**
   * The current password, exactly as it was chosen. Composed and decomposed characters are the same. Longer than a new
   * password may be, because decomposed characters are several.
   */
  password: string;
}

/** The arguments of `listUsers`. */
export interface ListUsersArguments {
  /**
   * Only accounts whose email address starts with this, compared without regard to case. An internationalised domain
   * may be in Unicode, but then each of its labels must be whole: `bob@bücher` finds `bob@xn--bcher-kva.example`, and
   * `bob@büch` does not.
   */
  email_prefix?: string | undefined;
  /** Only accounts with this role. */
  role?: UserRole | undefined;
  /** Only active accounts (`true`), or only inactive ones (`false`). */
  is_active?: boolean | undefined;
  /** Only accounts created at this time or later. */
  created_from?: string | undefined;
  /** Only accounts created before this time. */
  created_before?: string | undefined;
  /** The maximum number of items to return. */
  limit?: number | undefined;
  /** The `next_cursor` of the previous page. */
  cursor?: string | undefined;
}

/** The arguments of `getUser`. */
export interface GetUserArguments {
  /** The id of an account. */
  user_id: string;
}

/** The arguments of `updateUser`. */
export interface UpdateUserArguments {
  /** The id of an account. */
  user_id: string;
  /** Whether the person may log in. */
  is_active?: boolean | undefined;
  /** The role of a person. An `admin` may call the operations that require this role. */
  role?: UserRole | undefined;
}

/** The arguments of `revokeUserSessions`. */
export interface RevokeUserSessionsArguments {
  /** The id of an account. */
  user_id: string;
}

/** The arguments of `unlockUser`. */
export interface UnlockUserArguments {
  /** The id of an account. */
  user_id: string;
}

/** The arguments of `getDocsPage`. */
export interface GetDocsPageArguments {
  /** The ETag of the version that the caller has. */
  if_none_match?: string | undefined;
}

/** The arguments of `getConventionsPage`. */
export interface GetConventionsPageArguments {
  /** The ETag of the version that the caller has. */
  if_none_match?: string | undefined;
}

/** The arguments of `getErrorsPage`. */
export interface GetErrorsPageArguments {
  /** The ETag of the version that the caller has. */
  if_none_match?: string | undefined;
}

/** The arguments of `getDocsAsset`. */
export interface GetDocsAssetArguments {
  /** The name of the file. */
  asset: string;
  /** The ETag of the version that the caller has. */
  if_none_match?: string | undefined;
}

/** The arguments of `getOpenapiJson`. */
export interface GetOpenapiJsonArguments {
  /** The ETag of the version that the caller has. */
  if_none_match?: string | undefined;
}

/** The arguments of `getOpenapiYaml`. */
export interface GetOpenapiYamlArguments {
  /** The ETag of the version that the caller has. */
  if_none_match?: string | undefined;
}

/** The arguments of `getFavicon`. */
export interface GetFaviconArguments {
  /** The ETag of the version that the caller has. */
  if_none_match?: string | undefined;
}

/** The arguments of `getRobotsTxt`. */
export interface GetRobotsTxtArguments {
  /** The ETag of the version that the caller has. */
  if_none_match?: string | undefined;
}

/** A method for each operation of the API. */
export interface Operations {
  /**
   * Get name, version and links.
   *
   * The name and version of this server, and where to find its documentation. Browsers get a page, everyone else JSON:
   * whichever of the two `Accept` prefers or, if it prefers both alike, names first. Without either, it is JSON.
   */
  readonly getServiceIndex: (args?: NoArguments, options?: CallOptions) => Promise<ServiceIndex>;

  /**
   * Sign up.
   *
   * Creates an account. Its email address must not belong to another account, compared without regard to case and to
   * whether the domain is in Unicode or in its ASCII form.
   *
   * Limit: 30 requests in 5 minutes for each client address, in addition to the limit for all operations.
   */
  readonly signUp: (args: SignUpArguments, options?: CallOptions) => Promise<SignupResponse | Message>;

  /**
   * Log in.
   *
   * Begins a session and returns its access token and refresh token. An unknown address and a wrong password get the
   * same response in the same time. Browsers send `Prefer: refresh-cookie` to get the refresh token as an HttpOnly
   * cookie instead of in the body. After 10 wrong passwords in a row (the operator can change the number) the account
   * is locked for 30 seconds. Each further lock lasts twice as long, up to 15 minutes. While the account is locked,
   * even the correct password is rejected. Resetting the password lifts the lock.
   *
   * Limit: 20 requests a minute for each client address, in addition to the limit for all operations.
   *
   * This method only sends the request. `client.auth` also keeps the session.
   */
  readonly logIn: (args: LogInArguments, options?: CallOptions) => Promise<LoginResponse>;

  /**
   * Exchange a refresh token.
   *
   * Returns a new access token and a new refresh token, and retires the refresh token that was sent. A client that
   * lost the response can retry with the same token at any time, and gets the same new refresh token. Once the new
   * token has been exchanged in turn, the old one still works for 30 seconds (the operator can change this) and gets
   * the current one. Sending it later, or sending an older token, ends the session, because the token may have been
   * stolen. The token comes from the body, or from the cookie that `Prefer: refresh-cookie` asked for. The cookie is
   * accepted only from pages of the allowed origins.
   *
   * Limit: 150 requests in 5 minutes for each client address, in addition to the limit for all operations.
   *
   * This method only sends the request. `client.auth` also keeps the session.
   */
  readonly refreshTokens: (args?: RefreshTokensArguments, options?: CallOptions) => Promise<LoginResponse>;

  /**
   * Log out.
   *
   * Ends this session, all other sessions of the person, or all of them. Their access tokens and refresh tokens stop
   * working. The caller is identified by the access token or, on pages from the allowed origins, by the cookie of
   * `Prefer: refresh-cookie`.
   *
   * This method only sends the request. `client.auth` also keeps the session.
   */
  readonly logOut: (args?: LogOutArguments, options?: CallOptions) => Promise<void>;

  /**
   * Confirm an email address.
   *
   * Takes the token of the link that was sent at sign-up or to a new address, and the password of that account or
   * sign-up. Each link works once. The password is needed because someone may have signed up with another person's
   * address: following the link alone must not give them an account with it.
   *
   * Limit: 30 requests in 5 minutes for each client address, in addition to the limit for all operations.
   */
  readonly verifyEmail: (args: VerifyEmailArguments, options?: CallOptions) => Promise<Message>;

  /**
   * Resend the confirmation email.
   *
   * The response is the same whether or not the account exists. Links that were sent earlier keep working. An address
   * gets at most 5 such emails an hour and 20 a day. Requests from one network cause at most one a minute and 5 a day
   * to the same address.
   *
   * Limit: 30 requests in 5 minutes for each client address, in addition to the limit for all operations.
   */
  readonly resendVerification: (args: ResendVerificationArguments, options?: CallOptions) => Promise<Message>;

  /**
   * Request a link to reset a password.
   *
   * The response is the same, in the same time, whether or not the account exists. Each link works for one hour. Using
   * one revokes the others. An address gets at most 5 such emails an hour and 20 a day. Requests from one network
   * cause at most one a minute and 5 a day to the same address.
   *
   * Limit: 30 requests in 5 minutes for each client address, in addition to the limit for all operations.
   */
  readonly forgotPassword: (args: ForgotPasswordArguments, options?: CallOptions) => Promise<Message>;

  /**
   * Reset a password.
   *
   * Takes the token of the emailed link, which works once. All sessions of the account end, and its other links are
   * revoked.
   *
   * Limit: 30 requests in 5 minutes for each client address, in addition to the limit for all operations.
   */
  readonly resetPassword: (args: ResetPasswordArguments, options?: CallOptions) => Promise<Message>;

  /**
   * List your own sessions.
   *
   * The sessions that the caller is logged in with, newest first.
   */
  readonly listSessions: PagedMethod<ListSessionsArguments, SessionPage>;

  /**
   * End one of your own sessions.
   *
   * The access tokens and refresh tokens of the session stop working.
   */
  readonly endSession: (args: EndSessionArguments, options?: CallOptions) => Promise<void>;

  /**
   * Get your own account.
   *
   * Returns the caller's own account.
   */
  readonly getCurrentUser: (args?: NoArguments, options?: CallOptions) => Promise<User>;

  /**
   * Update your own account.
   *
   * Changes the fields that are sent. The others stay as they are.
   *
   * Limit: 60 requests a minute for each client address, in addition to the limit for all operations.
   */
  readonly updateCurrentUser: (args?: UpdateCurrentUserArguments, options?: CallOptions) => Promise<User>;

  /**
   * Delete your own account.
   *
   * Requires the password again. Deletes all data about the person, except log lines that contain the account's id.
   * All sessions end, and the address becomes available again.
   *
   * Limit: 20 requests a minute for each client address, in addition to the limit for all operations.
   */
  readonly deleteCurrentUser: (args: DeleteCurrentUserArguments, options?: CallOptions) => Promise<void>;

  /**
   * Change your own password.
   *
   * Ends all other sessions of the account and revokes the links sent to it by email.
   *
   * Limit: 20 requests a minute for each client address, in addition to the limit for all operations.
   */
  readonly changePassword: (args: ChangePasswordArguments, options?: CallOptions) => Promise<void>;

  /**
   * Change your own email address.
   *
   * Sends a link to the new address and a notice to the old one. The address changes when the link is followed. The
   * response is the same whether or not another account has the new address.
   *
   * Limit: 20 requests a minute for each client address, in addition to the limit for all operations.
   */
  readonly changeEmail: (args: ChangeEmailArguments, options?: CallOptions) => Promise<Message>;

  /**
   * List accounts.
   *
   * All accounts that match the filters, newest first.
   *
   * Requires the role `admin`.
   */
  readonly listUsers: PagedMethod<ListUsersArguments, UserPage>;

  /**
   * Get an account.
   *
   * Returns the account of any person.
   *
   * Requires the role `admin`.
   */
  readonly getUser: (args: GetUserArguments, options?: CallOptions) => Promise<User>;

  /**
   * Update the access of an account.
   *
   * Activates or deactivates an account, or changes its role. Deactivating ends its sessions and revokes the links
   * sent to it by email. The last active administrator cannot be deactivated or lose the role.
   *
   * Requires the role `admin`.
   */
  readonly updateUser: (args: UpdateUserArguments, options?: CallOptions) => Promise<User>;

  /**
   * End all sessions of an account.
   *
   * The access tokens and refresh tokens of the account stop working, and so do the links sent to it by email.
   *
   * Requires the role `admin`.
   */
  readonly revokeUserSessions: (args: RevokeUserSessionsArguments, options?: CallOptions) => Promise<void>;

  /**
   * Unlock an account.
   *
   * Lifts the lock that too many wrong passwords have put on an account.
   *
   * Requires the role `admin`.
   */
  readonly unlockUser: (args: UnlockUserArguments, options?: CallOptions) => Promise<void>;

  /**
   * Get the public settings.
   *
   * The settings of this server that are public.
   */
  readonly getPublicConfig: (args?: NoArguments, options?: CallOptions) => Promise<PublicConfig>;

  /**
   * Check liveness.
   *
   * Succeeds as long as the process can respond. Restart the process when it does not.
   *
   * There is no limit for this operation.
   */
  readonly getLiveness: (args?: NoArguments, options?: CallOptions) => Promise<Health>;

  /**
   * Check readiness.
   *
   * Ready means that the database responds, takes writes and has all migrations of this version. A server that is
   * `degraded` is ready too: it serves all operations without Redis, and each process counts rate limits by itself.
   * The answer may be a second old.
   *
   * There is no limit for this operation.
   */
  readonly getReadiness: (args?: NoArguments, options?: CallOptions) => Promise<Health>;

  /**
   * Read and try this description.
   *
   * A quick start, and Swagger UI for this description. Log in there, and it sends your access token with the requests
   * that you try. `/docs/` redirects here. Pages and files of the documentation are compressed with Brotli or gzip if
   * `Accept-Encoding` allows it.
   */
  readonly getDocsPage: (args?: GetDocsPageArguments, options?: CallOptions) => Promise<string | undefined>;

  /**
   * Read the conventions.
   *
   * What all operations have in common: the text at the beginning of this description, as a page.
   */
  readonly getConventionsPage: (args?: GetConventionsPageArguments, options?: CallOptions) => Promise<string | undefined>;

  /**
   * Read the error codes.
   *
   * Every error code with its cause and what to do about it, as a page. Each has an anchor:
   * `/docs/errors#token_expired`.
   */
  readonly getErrorsPage: (args?: GetErrorsPageArguments, options?: CallOptions) => Promise<string | undefined>;

  /**
   * Files of the documentation's pages.
   *
   * Style sheets and scripts of the documentation's pages.
   */
  readonly getDocsAsset: (args: GetDocsAssetArguments, options?: CallOptions) => Promise<string | undefined>;

  /**
   * This description as JSON.
   *
   * The whole description in one file, exactly as the server validates against it.
   */
  readonly getOpenapiJson: (args?: GetOpenapiJsonArguments, options?: CallOptions) => Promise<OpenapiDescription | undefined>;

  /**
   * This description as YAML.
   *
   * The whole description in one file, exactly as the server validates against it.
   */
  readonly getOpenapiYaml: (args?: GetOpenapiYamlArguments, options?: CallOptions) => Promise<string | undefined>;

  /**
   * Icon of the pages.
   *
   * The icon that browsers show beside the names of the pages, and ask for at this path.
   */
  readonly getFavicon: (args?: GetFaviconArguments, options?: CallOptions) => Promise<string | undefined>;

  /**
   * Rules for search engines.
   *
   * The documentation may be found by search engines (RFC 9309). The operations are not for them: each visit would
   * count for the rate limit.
   */
  readonly getRobotsTxt: (args?: GetRobotsTxtArguments, options?: CallOptions) => Promise<string | undefined>;
}

/** How each of them is sent. */
export const operations: Readonly<Record<keyof Operations, Operation>> = {
  getServiceIndex: { method: "GET", path: "/", accept: "application/json" },
  signUp: { method: "POST", path: "/auth/signup", accept: "application/json", body: "required" },
  logIn: { method: "POST", path: "/auth/login", accept: "application/json", cookies: true, body: "required", headers: {"prefer":"Prefer"} },
  refreshTokens: { method: "POST", path: "/auth/refresh", accept: "application/json", cookies: true, body: "optional", headers: {"prefer":"Prefer"} },
  logOut: { method: "POST", path: "/auth/logout", auth: true, cookies: true, body: "optional" },
  verifyEmail: { method: "POST", path: "/auth/verify-email", accept: "application/json", body: "required" },
  resendVerification: { method: "POST", path: "/auth/verify-email/resend", accept: "application/json", body: "required" },
  forgotPassword: { method: "POST", path: "/auth/forgot-password", accept: "application/json", body: "required" },
  resetPassword: { method: "POST", path: "/auth/reset-password", accept: "application/json", body: "required" },
  listSessions: { method: "GET", path: "/api/v1/sessions", accept: "application/json", auth: true, pageSize: 100 },
  endSession: { method: "DELETE", path: "/api/v1/sessions/{session_id}", auth: true },
  getCurrentUser: { method: "GET", path: "/api/v1/users/me", accept: "application/json", auth: true },
  updateCurrentUser: { method: "PATCH", path: "/api/v1/users/me", accept: "application/json", auth: true, body: "required" },
  deleteCurrentUser: { method: "POST", path: "/api/v1/users/me/deletion", auth: true, body: "required" },
  changePassword: { method: "POST", path: "/api/v1/users/me/password", auth: true, body: "required" },
  changeEmail: { method: "POST", path: "/api/v1/users/me/email", accept: "application/json", auth: true, body: "required" },
  listUsers: { method: "GET", path: "/api/v1/users", accept: "application/json", auth: true, pageSize: 100 },
  getUser: { method: "GET", path: "/api/v1/users/{user_id}", accept: "application/json", auth: true },
  updateUser: { method: "PATCH", path: "/api/v1/users/{user_id}", accept: "application/json", auth: true, body: "required" },
  revokeUserSessions: { method: "POST", path: "/api/v1/users/{user_id}/revoke-sessions", auth: true },
  unlockUser: { method: "POST", path: "/api/v1/users/{user_id}/unlock", auth: true },
  getPublicConfig: { method: "GET", path: "/config", accept: "application/json" },
  getLiveness: { method: "GET", path: "/health/live", accept: "application/json" },
  getReadiness: { method: "GET", path: "/health/ready", accept: "application/json" },
  getDocsPage: { method: "GET", path: "/docs", accept: "text/html", headers: {"if_none_match":"If-None-Match"} },
  getConventionsPage: { method: "GET", path: "/docs/conventions", accept: "text/html", headers: {"if_none_match":"If-None-Match"} },
  getErrorsPage: { method: "GET", path: "/docs/errors", accept: "text/html", headers: {"if_none_match":"If-None-Match"} },
  getDocsAsset: { method: "GET", path: "/docs/{asset}", accept: "text/css, text/javascript", headers: {"if_none_match":"If-None-Match"} },
  getOpenapiJson: { method: "GET", path: "/openapi.json", accept: "application/json", headers: {"if_none_match":"If-None-Match"} },
  getOpenapiYaml: { method: "GET", path: "/openapi.yaml", accept: "application/yaml", headers: {"if_none_match":"If-None-Match"} },
  getFavicon: { method: "GET", path: "/favicon.ico", accept: "image/vnd.microsoft.icon", headers: {"if_none_match":"If-None-Match"} },
  getRobotsTxt: { method: "GET", path: "/robots.txt", accept: "text/plain", headers: {"if_none_match":"If-None-Match"} },
};
