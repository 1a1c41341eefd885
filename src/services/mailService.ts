import type { ActionTokens } from '../core/actionTokens.js';
import type { Mail, MailKind, MailRequest } from '../domain/mail.js';
import type { Mailer } from '../integrations/mailer.js';
import type { MailRenderer } from '../integrations/mailRenderer.js';
import type { Store } from '../repositories/store.js';
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
    private readonly tokens: Pick<ActionTokens, 'tokenOf'>,
    private readonly renderer: MailRenderer,
    private readonly mailer: Mailer,
    private readonly settings: MailSettings,
  ) {}

  /** Sends a mail. Its token is made anew from its nonce, so that a second try sends the same link. */
  async deliver({ kind, to, name, nonce, id }: Mail): Promise<void> {
    const { appName, frontendUrl } = this.settings;
    const page = pages[kind];
    const link = page && nonce ? `${frontendUrl}/${page}#token=${this.tokens.tokenOf(nonce)}` : '';
    const message = this.renderer.render(kind, to, { greeting: greeting(name), app: appName, link });
    await this.mailer.send({ ...message, id });
  }

  /**
   * Answers a request that came under an address, if there is an account of that address. In the background, so that
   * whoever asked learns nothing, by the time it takes either.
   */
  async prepare({ kind, email }: MailRequest): Promise<void> {
    const found = await this.store.users.findCredentialByEmail(email);
    if (!found) return;
    await this.store.transaction(async (store) => {
      const user = await store.users.lock(found.user.id);
      if (!user?.isActive || user.email !== email) return;
      if (kind === 'resetPassword') return this.mails.offerReset(store, user);
      if (kind !== 'verifyEmail') return this.mails.tell(store, user, kind);
      if (!user.emailVerifiedAt) await this.mails.askToVerify(store, user);
    });
  }
}

/**
 * Names that are no more than words are greeted by. Anybody can sign up under anybody's address with any name, and must
 * not be able to say something in our mails.
 */
function greeting(name: string): string {
  return /^[\p{L}\p{M}' -]{1,40}$/u.test(name) ? `Hello ${name},` : 'Hello,';
}
