import type { NewUser } from './user.js';

/** A sign-up whose address nobody has proved yet, in the mode `verified`. It becomes an account when it is confirmed. */
export interface SignUp extends NewUser {
  id: string;
  /** What the token of its link is made of. */
  nonce: string;
  /** SHA-256 of the token. */
  tokenHash: Buffer;
  expiresAt: Date;
}
