/** The kinds of mails. Each has a template of the same name. */
export const mailKinds = [
  'verifyEmail',
  'changeEmail',
  'emailChangeRequested',
  'emailTaken',
  'resetPassword',
  'passwordChanged',
  'accountLocked',
] as const;

export type MailKind = (typeof mailKinds)[number];

export interface Mail {
  kind: MailKind;
  to: string;
  /** The recipient's first name. */
  name: string;
  /** The link's token is derived from this and the server's key; undefined for a mail without a link. */
  nonce?: string | undefined;
  /** Stable Message-ID, so that duplicates are recognisable. Set when the mail is queued. */
  id?: string | undefined;
}

/** A request for a mail to an address that may have no account. */
export interface MailRequest {
  kind: 'verifyEmail' | 'resetPassword' | 'emailTaken' | 'accountLocked';
  email: string;
  /** Hex SHA-256 of the requesting network. */
  network?: string;
}

/** A sign-up to answer by mail: with a link, or with a notice if the address has an account. */
export interface SignUpMail {
  signUpId: string;
  email: string;
  /** As in `MailRequest`. */
  network: string;
}
