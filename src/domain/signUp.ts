import type { NewUser } from './user.js';

/** An unconfirmed sign-up, in the mode `verified`. */
export interface SignUp extends NewUser {
  id: string;
  /** The link's token is derived from this. */
  nonce: string;
  /** SHA-256 of the token. */
  tokenHash: Buffer;
  expiresAt: Date;
}
