/** A problem of a request or of the server. */
export interface Fault {
  /** A JSON pointer (RFC 6901) such as `/body/email`. */
  path: string;
  /** The rule that was broken. */
  message: string;
}

interface ErrorOptions {
  /** Shown to the client. */
  errors?: readonly Fault[];
  /** Response headers. */
  headers?: Readonly<Record<string, string>>;
  /** Logged, never shown. */
  cause?: unknown;
}

/** The base of all errors for clients, who get status, code and message. `ErrorCode` in the description lists the codes. */
export class SmartAuditError extends Error {
  readonly errors: readonly Fault[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly statusCode: number,
    readonly code: string,
    detail: string,
    options: ErrorOptions = {},
  ) {
    super(detail, { cause: options.cause });
    this.name = new.target.name;
    this.errors = options.errors;
    this.headers = options.headers ?? {};
  }
}

export class InvalidInputError extends SmartAuditError {
  constructor(errors: readonly Fault[], options: ErrorOptions = {}) {
    super(400, 'invalid_input', 'The request is not valid. See errors for what to change.', { ...options, errors });
  }
}

export class MalformedJsonError extends SmartAuditError {
  constructor() {
    super(400, 'malformed_json', 'The body is not JSON. Send one JSON object, in UTF-8.');
  }
}

export class MalformedRequestError extends SmartAuditError {
  constructor() {
    super(400, 'malformed_request', 'The request cannot be read. Check its path and body for wrong encoding.');
  }
}

/** RFC 6750, section 3: `error` only if a token was sent and rejected. */
function challenge(error?: 'invalid_token'): Record<string, string> {
  return { 'WWW-Authenticate': `Bearer realm="smart-audit"${error ? `, error="${error}"` : ''}` };
}

class AuthenticationError extends SmartAuditError {
  constructor(code: string, detail: string, options: ErrorOptions = {}) {
    super(401, code, detail, { headers: challenge(), ...options });
  }
}

export class TokenMissingError extends AuthenticationError {
  constructor() {
    super('token_missing', 'Log in first: this operation needs an access token in the Authorization header.');
  }
}

const tokenProblems = {
  token_malformed: 'The access token cannot be read. Send it unchanged, or log in again.',
  token_algorithm_invalid: 'The access token is not signed with HS256. Log in again.',
  token_signature_invalid: 'The signature of the access token is wrong. Log in again.',
  token_expired: 'The access token has expired. Log in again.',
  token_expiry_missing: 'The access token has no expiry. Log in again.',
  token_issuer_invalid: 'The access token was issued by another issuer. Log in on this server.',
  token_audience_invalid: 'The access token is for another audience or use. Log in on this server.',
  session_ended: 'The session of this access token has ended. Log in again.',
  token_user_invalid: 'The account of this access token no longer exists or is not active.',
} as const;

/** The access token was rejected. */
export class InvalidTokenError extends AuthenticationError {
  constructor(code: keyof typeof tokenProblems) {
    super(code, tokenProblems[code], { headers: challenge('invalid_token') });
  }
}

export class InvalidCredentialsError extends AuthenticationError {
  constructor() {
    super('invalid_credentials', 'The email or password is wrong.');
  }
}

abstract class RefreshRefusedError extends AuthenticationError {
  constructor(code: string, detail: string) {
    super(code, detail, { headers: challenge('invalid_token') });
  }
}

export class RefreshTokenInvalidError extends RefreshRefusedError {
  constructor() {
    super('refresh_token_invalid', 'The refresh token is no longer valid. Log in again.');
  }
}

/** The refresh token was used up long ago: someone may have stolen it. */
export class RefreshTokenReusedError extends RefreshRefusedError {
  constructor() {
    super(
      'refresh_token_reused',
      'This refresh token was used before and may have been stolen, so its session has ended. Log in again.',
    );
  }
}

export class OriginNotAllowedError extends SmartAuditError {
  constructor() {
    super(
      403,
      'origin_not_allowed',
      'Cookies are accepted only from allowed origins. Send the token in the body, or ask the operator to allow your origin.',
    );
  }
}

export class AccountInactiveError extends SmartAuditError {
  constructor() {
    super(403, 'account_inactive', 'This account has been deactivated. Ask your administrator.');
  }
}

export class EmailNotVerifiedError extends SmartAuditError {
  constructor() {
    super(403, 'email_not_verified', 'Confirm your email address first: follow the link in the email we sent you.');
  }
}

/** The password that confirms a change or a sign-up is wrong. */
export class WrongPasswordError extends SmartAuditError {
  constructor() {
    super(403, 'wrong_password', 'The password is wrong. Check it and send it again.');
  }
}

/** The token of a mailed link is unknown, used, withdrawn or expired. */
export class InvalidLinkError extends SmartAuditError {
  constructor() {
    super(400, 'link_invalid', 'This link no longer works. Request a new one.');
  }
}

export class ForbiddenError extends SmartAuditError {
  constructor() {
    super(403, 'forbidden', 'Your role does not allow this.');
  }
}

export class LastAdminError extends SmartAuditError {
  constructor() {
    super(409, 'last_admin', 'This would leave no active administrator. Make someone else an administrator first.');
  }
}

export class NotFoundError extends SmartAuditError {
  /** @param what the missing thing; omitted for an unknown path */
  constructor(what?: string) {
    super(404, 'not_found', what ? `There is no such ${what}.` : 'There is nothing at this path.');
  }
}

export class MethodNotAllowedError extends SmartAuditError {
  /** @param allowed the methods of the path, in upper case */
  constructor(allowed: readonly string[]) {
    const list = allowed.join(', ');
    super(405, 'method_not_allowed', `This path takes ${list}.`, { headers: { Allow: list } });
  }
}

export class EmailTakenError extends SmartAuditError {
  constructor() {
    super(409, 'email_taken', 'An account with this email address already exists. Log in, or use another address.');
  }
}

export class BodyTooLargeError extends SmartAuditError {
  constructor() {
    super(413, 'body_too_large', 'The body is too large. Send at most 100 kB.');
  }
}

export class UnsupportedMediaTypeError extends SmartAuditError {
  constructor() {
    super(415, 'unsupported_media_type', 'Send the body as application/json, in UTF-8.');
  }
}

export class RateLimitedError extends SmartAuditError {
  /** @param seconds until the next request may pass; an integer, 1 or more */
  constructor(seconds: number) {
    const wait = seconds === 1 ? '1 second' : `${seconds} seconds`;
    super(429, 'rate_limited', `Too many requests. Try again in ${wait}.`, {
      headers: { 'Retry-After': String(seconds) },
    });
  }
}

const passwordProblems = {
  password_too_common: 'is one of the passwords that are guessed first',
  password_too_personal: 'is built from your name, your email address or the name of this application',
  password_breached: 'has been in a data breach, so it is known to those who guess',
} as const;

/** The new password is too easy to guess. */
export class PasswordRefusedError extends SmartAuditError {
  /** @param path of the password in the request, as a JSON pointer */
  constructor(code: keyof typeof passwordProblems, path: string) {
    const message = passwordProblems[code];
    super(400, code, `Choose another password: this one ${message}.`, { errors: [{ path, message }] });
  }
}

export class SignInLockedError extends SmartAuditError {
  /** @param seconds until the next attempt; an integer, 1 or more */
  constructor(seconds: number) {
    super(429, 'sign_in_locked', `Too many wrong passwords. Try again in ${seconds} s, or reset the password.`, {
      headers: { 'Retry-After': String(seconds) },
    });
  }
}

const retryShortly = { 'Retry-After': '5' };

export class DatabaseUnavailableError extends SmartAuditError {
  constructor(cause?: unknown) {
    super(503, 'database_unavailable', 'The database does not respond. Try again shortly.', {
      headers: retryShortly,
      cause,
    });
  }
}

export class NotReadyError extends SmartAuditError {
  constructor(errors: readonly Fault[], cause?: unknown) {
    super(503, 'not_ready', 'The server is not ready. See errors for what is missing.', {
      errors,
      headers: retryShortly,
      cause,
    });
  }
}

export class OverloadedError extends SmartAuditError {
  constructor() {
    super(503, 'overloaded', 'Too many logins at once. Try again shortly.', { headers: retryShortly });
  }
}
