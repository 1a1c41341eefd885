import type { ActionTokens } from '../security/actionTokens.js';
import type { LinkPurpose } from '../domain/link.js';
import type { Mail, MailKind } from '../domain/mail.js';
import type { SignUp } from '../domain/signUp.js';
import type { User } from '../domain/user.js';
import type { Store } from '../repositories/store.js';

type MailStore = Pick<Store, 'links' | 'jobs'>;

const hourMs = 3_600_000;

/** How long a sign-up can be confirmed, in milliseconds. Its mail says the same. */
export const signUpLifetimeMs = 24 * hourMs;

/** How long each link works, in milliseconds. The mails say the same. */
const lifetimes: Readonly<Record<LinkPurpose, number>> = {
  verify_email: signUpLifetimeMs,
  change_email: 24 * hourMs,
  reset_password: hourMs,
};

/** Puts mails to people into the queue, and stores what their links are checked against: both in one transaction. */
export class AccountMails {
  constructor(private readonly tokens: Pick<ActionTokens, 'create'>) {}

  /** A link that proves that the address is its user's. */
  async askToVerify(store: MailStore, user: User): Promise<void> {
    await this.sendLink(store, user, { kind: 'verifyEmail', purpose: 'verify_email', to: user.email });
  }

  /** The link of a sign-up that is no account yet. */
  async askToConfirm(store: Pick<Store, 'jobs'>, { email, firstName, nonce }: SignUp): Promise<void> {
    await store.jobs.addMail({ kind: 'verifyEmail', to: email, name: firstName, nonce });
  }

  /** A link to the new address, and word of it to the old one. */
  async askToChange(store: MailStore, user: User, email: string): Promise<void> {
    await this.sendLink(store, user, { kind: 'changeEmail', purpose: 'change_email', to: email });
    await this.tell(store, user, 'emailChangeRequested');
  }

  /** A link with which its reader chooses a new password. */
  async offerReset(store: MailStore, user: User): Promise<void> {
    await this.sendLink(store, user, { kind: 'resetPassword', purpose: 'reset_password', to: user.email });
  }

  /** A mail without a link. */
  async tell(store: Pick<Store, 'jobs'>, user: User, kind: MailKind): Promise<void> {
    await store.jobs.addMail({ kind, to: user.email, name: user.firstName });
  }

  private async sendLink(
    store: MailStore,
    user: User,
    { kind, purpose, to }: Pick<Mail, 'kind' | 'to'> & { purpose: LinkPurpose },
  ): Promise<void> {
    const { nonce, hash } = this.tokens.create();
    const expiresAt = new Date(Date.now() + lifetimes[purpose]);
    await store.links.insert({ userId: user.id, purpose, tokenHash: hash, email: to, expiresAt });
    await store.jobs.addMail({ kind, to, name: user.firstName, nonce });
  }
}
