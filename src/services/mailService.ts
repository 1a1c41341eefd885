import { createHash } from 'node:crypto';
import type { ActionTokens } from '../core/actionTokens.js';
import type { Mail, MailKind, MailRequest } from '../domain/mail.js';
import type { Mailer } from '../integrations/mailer.js';
import type { MailRenderer } from '../integrations/mailRenderer.js';
import type { User } from '../domain/user.js';
import type { Store, TransactionStore } from '../repositories/store.js';
import type { AccountMails } from './accountMails.js';

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
   * so that whoever asked learns nothing, by the time it takes either. Only so many mails go to an address.
   */
  async prepare(request: MailRequest): Promise<void> {
    const { email } = request;
    const found = await this.store.users.findCredentialByEmail(email);
    if (!found && (await this.store.signUps.list(email)).length === 0) return;
    await this.store.transaction(async (store) => {
      if (!(await this.isAdmitted(store, request))) return;
      await this.answer(store, request, (await store.users.lockByEmail(email))?.user);
    });
  }

  private async answer(store: TransactionStore, request: MailRequest, account: User | undefined): Promise<void> {
    const { kind } = request;
    if (kind === 'signUp') return this.answerSignUp(store, request, account);
    if (kind === 'verifyEmail') return this.confirmAgain(store, request, account);
    if (!account?.isActive) return;
    if (kind === 'resetPassword') await this.mails.offerReset(store, account);
    else await this.mails.tell(store, account, kind);
  }

  private async isAdmitted(store: TransactionStore, { kind, email, network = '' }: MailRequest): Promise<boolean> {
    const recipient = createHash('sha256').update(`${kind} ${email}`).digest();
    return store.requestedMails.admit(recipient, Buffer.from(network, 'hex'));
  }

  private async works(token: string): Promise<boolean> {
    const hash = this.tokens.hash(token);
    const link = await this.store.links.find(hash, ['verify_email', 'change_email', 'reset_password']);
    return link !== undefined || (await this.store.signUps.findByToken(hash)) !== undefined;
  }

  /** A sign-up of an address that has an owner is dropped, and the owner told. */
  private async answerSignUp(
    store: TransactionStore,
    { signUpId = '' }: MailRequest,
    account: User | undefined,
  ): Promise<void> {
    const signUp = await store.signUps.findById(signUpId);
    if (!signUp) return;
    const isFree = !account || (account.isActive && !account.emailVerifiedAt);
    if (isFree) return this.mails.askToConfirm(store, signUp);
    await store.signUps.remove(signUp.id);
    if (account.isActive) await this.mails.tell(store, account, 'emailTaken');
  }

  /** Each sign-up of the address has a link of its own, and each of these mails counts. */
  private async confirmAgain(store: TransactionStore, request: MailRequest, account: User | undefined): Promise<void> {
    if (account && (account.emailVerifiedAt || !account.isActive)) return;
    const signUps = await store.signUps.list(request.email);
    const sends = signUps.map((signUp) => () => this.mails.askToConfirm(store, signUp));
    if (account) sends.unshift(() => this.mails.askToVerify(store, account));
    for (const [index, send] of sends.entries()) {
      if (index === 0 || (await this.isAdmitted(store, request))) await send();
    }
  }
}

/**
 * Names that are no more than words are greeted by. Anybody can sign up under anybody's address with any name, and must
 * not be able to say something in our mails.
 */
function greeting(name: string): string {
  return /^[\p{L}\p{M}' -]{1,40}$/u.test(name) ? `Hello ${name},` : 'Hello,';
}
