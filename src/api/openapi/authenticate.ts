import type { Request } from 'express';
import { TokenMissingError } from '../../errors.js';
import type { Principal } from '../../domain/principal.js';
import type { Authenticate } from '../middleware/authentication.js';

/**
 * Identifies the caller by the first of an operation's security schemes that accepts them. Not by the validator's security
 * handler, which drops the errors (docs/decisions/0004).
 * @param alternatives the authenticators of the schemes
 * @throws the error of the scheme that the caller tried
 */
export async function authenticate(req: Request, alternatives: readonly Authenticate[]): Promise<Principal> {
  let refusal: unknown;
  for (const identify of alternatives) {
    try {
      return await identify(req);
    } catch (error) {
      if (!(error instanceof TokenMissingError)) refusal = error;
    }
  }
  // Not made in advance: the stack trace of an error takes a twelfth of a GET's time.
  throw refusal ?? new TokenMissingError();
}
