import type { ActionTokens } from '../security/actionTokens.js';
import type { LinkPurpose } from '../domain/link.js';
import type { MailKind } from '../domain/mail.js';
import type { SignUp } from '../domain/signUp.js';
import type { User } from '../domain/user.js';
import type { Store } from '../repositories/store.js';

interface LinkMail {
  kind: MailKind;
  /** The page of the frontend that the link opens. */
  page: string;
  /** Of the link, in milliseconds. The mail says the same. */
  lifetimeMs: number;
}

const hourMs = 3_600_000;

/** The mails with links. The link of a sign-up is like one that verifies an address. */
export const linkMails: Readonly<Record<LinkPurpose, LinkMail>> = {
  verify_email: { kind: 'verifyEmail', page: 'verify-email', lifetimeMs: 24 * hourMs },
  change_email: { kind: 'changeEmail', page: 'verify-email', lifetimeMs: 24 * hourMs },
  reset_password: { kind: 'resetPassword', page: 'reset-password', lifetimeMs: hourMs },
};

/** Queues mails and stores the hashes of their links, in the caller's transaction. */
export class AccountMails {
  constructor(private readonly tokens: Pick<ActionTokens, 'create'>) {}

  /** Sends a mail with a link, to the account's address or to another one. */
  async sendLink(
    store: Pick<Store, 'links' | 'jobs'>,
    { id: userId, firstName: name, email }: User,
    purpose: LinkPurpose,
    to = email,
  ): Promise<void> {
    const { nonce, hash: tokenHash } = this.tokens.create();
    const { kind, lifetimeMs } = linkMails[purpose];
    await store.links.insert({ userId, purpose, tokenHash, email: to }, lifetimeMs);
    await store.jobs.addMail({ kind, to, name, nonce });
  }

  /** Sends the link that turns a sign-up into an account. */
  async sendSignUpLink(store: Pick<Store, 'jobs'>, { email, firstName, nonce }: SignUp): Promise<void> {
    await store.jobs.addMail({ kind: 'verifyEmail', to: email, name: firstName, nonce });
  }

  /** Sends a mail without a link. */
  async tell(store: Pick<Store, 'jobs'>, user: User, kind: MailKind): Promise<void> {
    await store.jobs.addMail({ kind, to: user.email, name: user.firstName });
  }
}
