/** What a link in a mail lets its reader do. */
export type ActionPurpose = 'verify_email' | 'change_email' | 'reset_password';

/** What is stored of such a link: whose it is, and the hash of its token. */
export interface ActionToken {
  userId: string;
  purpose: ActionPurpose;
  /** SHA-256 of the token. */
  tokenHash: Buffer;
  /** The address it was sent to. */
  email: string;
  expiresAt: Date;
}
