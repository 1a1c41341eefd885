/** The kinds of mails there are; each has a template of this name. */
export type MailKind =
  | 'verifyEmail'
  | 'changeEmail'
  | 'emailChangeRequested'
  | 'emailTaken'
  | 'resetPassword'
  | 'passwordChanged'
  | 'accountLocked';

/** A mail that is to be sent: all of it but what its template says. */
export interface Mail {
  kind: MailKind;
  to: string;
  /** Whom it is for. */
  name: string;
  /** What the token of its link is made of; undefined for a mail without one. Of no use without the server's key. */
  nonce?: string | undefined;
  /** Names it, at every try: by this a mail that came twice is known for one. It gets its name in the queue. */
  id?: string | undefined;
}

/** A mail that someone asked for under an address that may or may not have an account. */
export interface MailRequest {
  kind: 'verifyEmail' | 'resetPassword' | 'emailTaken' | 'accountLocked';
  email: string;
  /** SHA-256 of the network address that asked, in hexadecimal. */
  network?: string;
}

/** A sign-up to answer by mail: with a link, or with a note to the owner of the address if it has an account. */
export interface SignUpMail {
  signUpId: string;
  email: string;
  /** As in `MailRequest`. */
  network: string;
}
