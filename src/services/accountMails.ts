import type { ActionTokens } from '../security/actionTokens.js';
import type { LinkPurpose } from '../domain/link.js';
import type { Mail, MailKind } from '../domain/mail.js';
import type { SignUp } from '../domain/signUp.js';
import type { User } from '../domain/user.js';
import type { Store } from '../repositories/store.js';

type MailStore = Pick<Store, 'links' | 'jobs'>;

const hourMs = 3_600_000;

/** Lifetime of a sign-up, in milliseconds. Its mail says the same. */
export const signUpLifetimeMs = 24 * hourMs;

/** Lifetimes of links, in milliseconds. The mails say the same. */
const lifetimes: Readonly<Record<LinkPurpose, number>> = {
  verify_email: signUpLifetimeMs,
  change_email: 24 * hourMs,
  reset_password: hourMs,
};

/** Queues mails and stores the hashes of their links, in the caller's transaction. */
export class AccountMails {
  constructor(private readonly tokens: Pick<ActionTokens, 'create'>) {}

  /** Sends a link that verifies the account's address. */
  async askToVerify(store: MailStore, user: User): Promise<void> {
    await this.sendLink(store, user, { kind: 'verifyEmail', purpose: 'verify_email', to: user.email });
  }

  /** Sends the link that turns a sign-up into an account. */
  async askToConfirm(store: Pick<Store, 'jobs'>, { email, firstName, nonce }: SignUp): Promise<void> {
    await store.jobs.addMail({ kind: 'verifyEmail', to: email, name: firstName, nonce });
  }

  /** Sends a link to the new address and a notice to the old one. */
  async askToChange(store: MailStore, user: User, email: string): Promise<void> {
    await this.sendLink(store, user, { kind: 'changeEmail', purpose: 'change_email', to: email });
    await this.tell(store, user, 'emailChangeRequested');
  }

  /** Sends a link to choose a new password. */
  async offerReset(store: MailStore, user: User): Promise<void> {
    await this.sendLink(store, user, { kind: 'resetPassword', purpose: 'reset_password', to: user.email });
  }

  /** Sends a mail without a link. */
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
