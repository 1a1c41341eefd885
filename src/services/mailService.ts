import type { ActionTokens } from '../security/actionTokens.js';
import type { Mail, MailKind, MailRequest, SignUpMail } from '../domain/mail.js';
import type { Mailer } from '../integrations/mailer.js';
import type { MailRenderer } from '../integrations/mailRenderer.js';
import type { User } from '../domain/user.js';
import type { Store, TransactionStore } from '../repositories/store.js';
import type { AccountMails } from './accountMails.js';
import { admitMail } from './mailBudget.js';

/** The pages of the frontend that links lead to. A token is in the fragment, which no server and no log ever sees. */
const pages: Partial<Record<MailKind, string>> = {
  verifyEmail: 'verify-email',
  changeEmail: 'verify-email',
  resetPassword: 'reset-password',
};

interface MailSettings {
  appName: string;
  /** Without a slash at its end. */
  frontendUrl: string;
}

/** What the job queue asks for: finding out whom a mail is for, and sending it. */
export class MailService {
  constructor(
    private readonly store: Store,
    private readonly mails: AccountMails,
    private readonly tokens: Pick<ActionTokens, 'tokenOf' | 'hash'>,
    private readonly renderer: MailRenderer,
    private readonly mailer: Mailer,
    private readonly settings: MailSettings,
  ) {}

  /**
   * Sends a mail, unless its link has stopped working while it waited. Its token is made anew from its nonce, so that a
   * second try sends the same link.
   */
  async deliver({ kind, to, name, nonce, id }: Mail): Promise<void> {
    const { appName, frontendUrl } = this.settings;
    const page = pages[kind];
    const token = nonce === undefined ? '' : this.tokens.tokenOf(nonce);
    if (token && !(await this.works(token))) return;
    const link = page && token ? `${frontendUrl}/${page}#token=${token}` : '';
    const message = this.renderer.render(kind, to, { greeting: greeting(name), app: appName, link });
    await this.mailer.send({ ...message, id });
  }

  /**
   * Answers a request that came under an address, if there is an account or a sign-up of that address. In the background,
   * so that whoever asked learns nothing, not even from the time it takes.
   */
  async prepare({ kind, email, network = '' }: MailRequest): Promise<void> {
    const found = await this.store.users.findCredentialByEmail(email);
    const signUps = await this.store.signUps.list(email);
    if (!found && signUps.length === 0) return;
    await this.store.transaction(async (store) => {
      if (!(await admitMail(store, { kind, email, network }))) return;
      const account = (await store.users.lockByEmail(email))?.user;
      if (kind === 'verifyEmail') await this.confirmAgain(store, email, account);
      else if (account?.isActive) await this.answerAccount(store, kind, account);
    });
  }

  private async answerAccount(
    store: TransactionStore,
    kind: Exclude<MailRequest['kind'], 'verifyEmail'>,
    account: User,
  ): Promise<void> {
    if (kind === 'resetPassword') await this.mails.offerReset(store, account);
    else await this.mails.tell(store, account, kind);
  }

  /** Answers a sign-up with a link. One of an address that has an owner is dropped, and the owner is told. */
  async answerSignUp({ signUpId, email, network }: SignUpMail): Promise<void> {
    await this.store.transaction(async (store) => {
      const owner = await this.ownerOf(store, email);
      const signUp = await store.signUps.findById(signUpId);
      if (owner) await store.signUps.remove(signUpId);
      if (!signUp || !(await admitMail(store, { kind: 'signUp', email, network }))) return;
      if (!owner) await this.mails.askToConfirm(store, signUp);
      else if (owner.isActive) await this.mails.tell(store, owner, 'emailTaken');
    });
  }

  /** Who has verified an address, or had it when the account was deactivated: no sign-up replaces that account. */
  private async ownerOf(store: TransactionStore, email: string): Promise<User | undefined> {
    const user = (await store.users.lockByEmail(email))?.user;
    return user?.emailVerifiedAt || user?.isActive === false ? user : undefined;
  }

  private async works(token: string): Promise<boolean> {
    const hash = this.tokens.hash(token);
    const link = await this.store.links.find(hash, ['verify_email', 'change_email', 'reset_password']);
    return link !== undefined || (await this.store.signUps.findByToken(hash)) !== undefined;
  }

  /** For an account whose address is not verified, or else for the newest sign-up of the address. */
  private async confirmAgain(store: TransactionStore, email: string, account: User | undefined): Promise<void> {
    if (account?.isActive && !account.emailVerifiedAt) return this.mails.askToVerify(store, account);
    const newest = account ? undefined : (await store.signUps.list(email)).at(-1);
    if (newest) await this.mails.askToConfirm(store, newest);
  }
}

/**
 * Names that are no more than words are greeted by. Anybody can sign up under anybody's address with any name, and must
 * not be able to say something in our mails.
 */
function greeting(name: string): string {
  return /^[\p{L}\p{M}' -]{1,40}$/u.test(name) ? `Hello ${name},` : 'Hello,';
}
