/** What a link in a mail lets its reader do. */
export type LinkPurpose = 'verify_email' | 'change_email' | 'reset_password';

/** What is stored of such a link: whose it is, and the hash of its token. */
export interface Link {
  userId: string;
  purpose: LinkPurpose;
  /** SHA-256 of the token. */
  tokenHash: Buffer;
  /** The address it was sent to. */
  email: string;
  expiresAt: Date;
}
