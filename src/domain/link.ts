export type LinkPurpose = 'verify_email' | 'change_email' | 'reset_password';

/** A link in an email, as it is stored. */
export interface Link {
  userId: string;
  purpose: LinkPurpose;
  /** SHA-256 of the token. */
  tokenHash: Buffer;
  /** The address that it was sent to. */
  email: string;
  expiresAt: Date;
}
