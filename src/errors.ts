import type { components } from '../generated/api.js';

/** All codes of the description: an error with another one does not compile. */
export type ErrorCode = components['schemas']['ErrorCode'];

export interface Fault {
  /** A JSON pointer (RFC 6901) such as `/body/email`. */
  path: string;
  /** The rule that was broken. */
  message: string;
}

interface ErrorOptions {
  /** Shown to the client. */
  errors?: readonly Fault[];
  headers?: Readonly<Record<string, string>>;
  /** Logged, never shown. */
  cause?: unknown;
}

/** The base of all errors for clients, who get status, code and message. */
export class SmartAuditError extends Error {
  readonly errors: readonly Fault[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly statusCode: number,
    readonly code: ErrorCode,
    detail: string,
    options: ErrorOptions = {},
  ) {
    super(detail, { cause: options.cause });
    this.name = new.target.name;
    this.errors = options.errors;
    this.headers = options.headers ?? {};
  }
}

/** Errors that always have the same status and detail, by code. */
const fixedErrors = {
  malformed_json: [400, 'The body is not JSON. Send one JSON object, in UTF-8.'],
  malformed_request: [400, 'The request cannot be read. Check its path and body for wrong encoding.'],
  link_invalid: [400, 'This link no longer works. Request a new one.'],
  origin_not_allowed: [
    403,
    'Cookies are accepted only from allowed origins. Send the token in the body, or ask the operator to allow your origin.',
  ],
  account_inactive: [403, 'This account has been deactivated. Ask your administrator.'],
  email_not_verified: [403, 'Confirm your email address first: follow the link in the email we sent you.'],
  wrong_password: [403, 'The password is wrong. Check it and send it again.'],
  forbidden: [403, 'Your role does not allow this.'],
  last_admin: [409, 'This would leave no active administrator. Make someone else an administrator first.'],
  email_taken: [409, 'An account with this email address already exists. Log in, or use another address.'],
  body_too_large: [413, 'The body is too large. Send at most 100 kB.'],
  unsupported_media_type: [415, 'Send the body as application/json, in UTF-8.'],
} as const;

/** A base class for the error of one of these codes. */
function fixed(code: keyof typeof fixedErrors) {
  const [statusCode, detail] = fixedErrors[code];
  return class extends SmartAuditError {
    constructor() {
      super(statusCode, code, detail);
    }
  };
}

export class MalformedJsonError extends fixed('malformed_json') {}
export class MalformedRequestError extends fixed('malformed_request') {}
/** The token of a mailed link is unknown, used, withdrawn or expired. */
export class InvalidLinkError extends fixed('link_invalid') {}
export class OriginNotAllowedError extends fixed('origin_not_allowed') {}
export class AccountInactiveError extends fixed('account_inactive') {}
export class EmailNotVerifiedError extends fixed('email_not_verified') {}
/** The password that confirms a change or a sign-up is wrong. */
export class WrongPasswordError extends fixed('wrong_password') {}
export class ForbiddenError extends fixed('forbidden') {}
export class LastAdminError extends fixed('last_admin') {}
export class EmailTakenError extends fixed('email_taken') {}
export class BodyTooLargeError extends fixed('body_too_large') {}
export class UnsupportedMediaTypeError extends fixed('unsupported_media_type') {}

export class InvalidInputError extends SmartAuditError {
  constructor(errors: readonly Fault[], options: ErrorOptions = {}) {
    super(400, 'invalid_input', 'The request is not valid. See errors for what to change.', { ...options, errors });
  }
}

class AuthenticationError extends SmartAuditError {
  /** @param error only if a token was sent and rejected (RFC 6750, section 3) */
  constructor(code: ErrorCode, detail: string, error?: 'invalid_token') {
    const challenge = `Bearer realm="smart-audit"${error ? `, error="${error}"` : ''}`;
    super(401, code, detail, { headers: { 'WWW-Authenticate': challenge } });
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
  token_signature_invalid:
    'The signature of the access token is wrong. Refresh it, and log in again only if that fails.',
  token_expired: 'The access token has expired. Refresh it, and log in again only if that fails.',
  token_expiry_missing: 'The access token has no expiry. Log in again.',
  token_issuer_invalid: 'The access token was issued by another issuer. Log in on this server.',
  token_audience_invalid: 'The access token is for another audience or use. Log in on this server.',
  session_ended: 'The session of this access token has ended. Log in again.',
  token_user_invalid: 'The account of this access token no longer exists or is not active.',
} as const;

export class InvalidTokenError extends AuthenticationError {
  constructor(code: keyof typeof tokenProblems) {
    super(code, tokenProblems[code], 'invalid_token');
  }
}

export class InvalidCredentialsError extends AuthenticationError {
  constructor() {
    super('invalid_credentials', 'The email or password is wrong.');
  }
}

/** A refresh without a refresh token: nobody is logged in. */
export class RefreshTokenMissingError extends AuthenticationError {
  constructor() {
    super('refresh_token_missing', 'There is no refresh token, neither in the body nor as a cookie. Log in first.');
  }
}

export class RefreshTokenInvalidError extends AuthenticationError {
  constructor() {
    super('refresh_token_invalid', 'The refresh token is no longer valid. Log in again.', 'invalid_token');
  }
}

/** The refresh token was used up long ago: someone may have stolen it. */
export class RefreshTokenReusedError extends AuthenticationError {
  constructor() {
    super(
      'refresh_token_reused',
      'This refresh token was used before and may have been stolen, so its session has ended. Log in again.',
      'invalid_token',
    );
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

function retryAfter(seconds: number): ErrorOptions {
  return { headers: { 'Retry-After': String(seconds) } };
}

export class RateLimitedError extends SmartAuditError {
  /** @param seconds until the next request may pass; an integer, 1 or more */
  constructor(seconds: number) {
    const wait = seconds === 1 ? '1 second' : `${seconds} seconds`;
    super(429, 'rate_limited', `Too many requests. Try again in ${wait}.`, retryAfter(seconds));
  }
}

const passwordProblems = {
  password_too_common: 'is one of the passwords that are guessed first',
  password_too_personal: 'is built from your name, your email address or the name of this application',
  password_breached: 'has been in a data breach, so it is known to those who guess',
} as const;

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
    const detail = `Too many wrong passwords. Try again in ${seconds} s, or reset the password.`;
    super(429, 'sign_in_locked', detail, retryAfter(seconds));
  }
}

export class DatabaseUnavailableError extends SmartAuditError {
  constructor(cause?: unknown, detail = 'The database does not respond. Try again shortly.') {
    super(503, 'database_unavailable', detail, { ...retryAfter(5), cause });
  }
}

/** Only a standby answers, or a primary that another one replaces. */
export class DatabaseReadOnlyError extends DatabaseUnavailableError {
  constructor(cause?: unknown) {
    super(cause, 'The database takes no changes at the moment. Try again shortly.');
  }
}

export class NotReadyError extends SmartAuditError {
  constructor(errors: readonly Fault[], cause?: unknown) {
    const detail = 'The server is not ready. See errors for what is missing.';
    super(503, 'not_ready', detail, { ...retryAfter(5), errors, cause });
  }
}

export class OverloadedError extends SmartAuditError {
  constructor() {
    super(503, 'overloaded', 'Too many logins at once. Try again shortly.', retryAfter(5));
  }
}
