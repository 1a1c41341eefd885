import type { ActionTokens } from '../security/actionTokens.js';
import type { Config } from '../config/config.js';
import type { Mail, MailRequest, SignUpMail } from '../domain/mail.js';
import type { Mailer } from '../integrations/mailer.js';
import type { MailRenderer } from '../integrations/mailRenderer.js';
import type { User } from '../domain/user.js';
import type { Store, TransactionStore } from '../repositories/store.js';
import { linkMails, type AccountMails } from './accountMails.js';
import { admitMail } from './mailBudget.js';

/** Handles the mail jobs: decides who gets which mail, and sends it. */
export class MailService {
  constructor(
    private readonly store: Store,
    private readonly mails: AccountMails,
    private readonly tokens: Pick<ActionTokens, 'tokenOf' | 'hash'>,
    private readonly renderer: MailRenderer,
    private readonly mailer: Mailer,
    private readonly config: Pick<Config, 'appName' | 'mail'>,
  ) {}

  /** Sends a mail, unless its link no longer works. The nonce gives the same token, and so the same link, on each retry. */
  async deliver({ kind, to, name, nonce, id }: Mail): Promise<void> {
    const { appName: app, mail } = this.config;
    const page = Object.values(linkMails).find((linkMail) => linkMail.kind === kind)?.page;
    const token = nonce === undefined ? '' : this.tokens.tokenOf(nonce);
    if (token && !(await this.linkWorks(token))) return;
    // Browsers do not send the fragment to servers.
    const link = page && token ? `${mail.frontendUrl}/${page}#token=${token}` : '';
    const message = this.renderer.render(kind, to, { greeting: greeting(name), app, link });
    await this.mailer.send({ ...message, id });
  }

  /**
   * Handles a mail request, if the address has an account or a sign-up. In the background, so that the request's response
   * time does not reveal that.
   */
  async prepare({ kind, email, network = '' }: MailRequest): Promise<void> {
    const found = await this.store.users.findCredentialByEmail(email);
    const signUps = await this.store.signUps.list(email);
    if (!found && signUps.length === 0) return;
    await this.store.transaction(async (store) => {
      if (!(await admitMail(store, { kind, email, network }))) return;
      const account = (await store.users.lockByEmail(email))?.user;
      if (kind === 'verifyEmail') await this.confirmAgain(store, email, account);
      else if (!account?.isActive) return;
      else if (kind === 'resetPassword') await this.mails.sendLink(store, account, 'reset_password');
      else await this.mails.tell(store, account, kind);
    });
  }

  /** Sends the link of a sign-up. If the address has an owner, drops the sign-up and notifies the owner. */
  async answerSignUp({ signUpId, email, network }: SignUpMail): Promise<void> {
    await this.store.transaction(async (store) => {
      const owner = await this.ownerOf(store, email);
      const signUp = await store.signUps.findById(signUpId);
      if (owner) await store.signUps.remove(signUpId);
      if (!signUp || !(await admitMail(store, { kind: 'signUp', email, network }))) return;
      if (!owner) await this.mails.sendSignUpLink(store, signUp);
      else if (owner.isActive) await this.mails.tell(store, owner, 'emailTaken');
    });
  }

  /** The account that no sign-up may replace: its address is verified, or it is deactivated. */
  private async ownerOf(store: TransactionStore, email: string): Promise<User | undefined> {
    const user = (await store.users.lockByEmail(email))?.user;
    return user?.emailVerifiedAt || user?.isActive === false ? user : undefined;
  }

  private async linkWorks(token: string): Promise<boolean> {
    const hash = this.tokens.hash(token);
    const link = await this.store.links.find(hash, ['verify_email', 'change_email', 'reset_password']);
    return link !== undefined || (await this.store.signUps.findByToken(hash)) !== undefined;
  }

  /** Sends the link of the unverified account, or else of the newest sign-up. */
  private async confirmAgain(store: TransactionStore, email: string, account: User | undefined): Promise<void> {
    if (account?.isActive && !account.emailVerifiedAt) return this.mails.sendLink(store, account, 'verify_email');
    const newest = account ? undefined : (await store.signUps.list(email)).at(-1);
    if (newest) await this.mails.sendSignUpLink(store, newest);
  }
}

/** Uses only names that are plain words: a stranger's sign-up could put a message into the name. */
function greeting(name: string): string {
  return /^[\p{L}\p{M}' -]{1,40}$/u.test(name) ? `Hello ${name},` : 'Hello,';
}
