import { expect } from 'chai';
import * as errors from '../src/errors.js';
import { catalogue } from './support/contract.js';

const { SmartAuditError, AuthenticationError } = errors;
type TokenProblem = ConstructorParameters<typeof errors.InvalidTokenError>[0];

/** The compiler requires all of them. */
const tokenProblems = Object.keys({
  token_malformed: true,
  token_algorithm_invalid: true,
  token_signature_invalid: true,
  token_expired: true,
  token_expiry_missing: true,
  token_issuer_invalid: true,
  token_audience_invalid: true,
  session_ended: true,
  token_user_invalid: true,
} satisfies Record<TokenProblem, true>) as TokenProblem[];

/** An instance of each class and code. */
const all = [
  new errors.InvalidInputError([{ path: '/body/email', message: 'must be an e-mail address' }]),
  new errors.MalformedJsonError(),
  new errors.MalformedRequestError(),
  new errors.TokenMissingError(),
  ...tokenProblems.map((code) => new errors.InvalidTokenError(code)),
  new errors.InvalidCredentialsError(),
  new errors.RefreshTokenInvalidError(),
  new errors.RefreshTokenReusedError(),
  new errors.OriginNotAllowedError(),
  new errors.AccountInactiveError(),
  new errors.EmailNotVerifiedError(),
  new errors.WrongPasswordError(),
  new errors.InvalidLinkError(),
  new errors.PasswordRefusedError('password_too_common', '/body/password'),
  new errors.PasswordRefusedError('password_too_personal', '/body/password'),
  new errors.PasswordRefusedError('password_breached', '/body/password'),
  new errors.SignInLockedError(30),
  new errors.ForbiddenError(),
  new errors.LastAdminError(),
  new errors.NotFoundError(),
  new errors.NotFoundError('session'),
  new errors.MethodNotAllowedError(['GET', 'HEAD']),
  new errors.EmailTakenError(),
  new errors.BodyTooLargeError(),
  new errors.UnsupportedMediaTypeError(),
  new errors.RateLimitedError(30),
  new errors.DatabaseUnavailableError(),
  new errors.NotReadyError([{ path: '/database', message: 'does not answer' }]),
  new errors.OverloadedError(),
];

describe('SmartAuditError', () => {
  it('has no subclass that is missing in this list', () => {
    const classes = Object.values(errors).filter((value) => value !== SmartAuditError && value !== AuthenticationError);
    expect(new Set<unknown>(all.map((error) => error.constructor))).to.deep.equal(new Set(classes));
  });

  it('has only codes that the description lists', () => {
    expect(catalogue()).to.include.members(all.map(({ code }) => code));
  });

  it('has messages that are sentences', () => {
    for (const error of all) expect(error.message, error.code).to.match(/^[A-Z].*\.$/);
  });

  it('has the headers that HTTP requires for its status', () => {
    const asked = new Map([
      [401, ['WWW-Authenticate']],
      [405, ['Allow']],
      [429, ['Retry-After']],
      [503, ['Retry-After']],
    ]);
    for (const { code, statusCode, headers } of all) {
      expect(Object.keys(headers), code).to.deep.equal(asked.get(statusCode) ?? []);
    }
  });

  it('says how many seconds to wait, in the singular and the plural', () => {
    const one = new errors.RateLimitedError(1);
    expect(one.message).to.equal('Too many requests. Try again in 1 second.');
    expect(one.headers).to.deep.equal({ 'Retry-After': '1' });
    expect(new errors.RateLimitedError(2).message).to.equal('Too many requests. Try again in 2 seconds.');
  });
});
