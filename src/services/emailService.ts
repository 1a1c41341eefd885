import type { ActionTokens } from '../core/actionTokens.js';
import type { ActionToken } from '../domain/actionToken.js';
import type { Client } from '../domain/client.js';
import { normalizeEmail } from '../domain/emailAddress.js';
import type { Principal } from '../domain/principal.js';
import type { Store } from '../repositories/store.js';
import type { AccountMails } from './accountMails.js';
import type { PasswordProof } from './passwordProof.js';
import { takeLink } from './takeLink.js';
import type { SecurityEvents } from './securityEvents.js';

/** People's e-mail addresses: proving them, and changing them. */
export class EmailService {
  constructor(
    private readonly store: Store,
    private readonly tokens: Pick<ActionTokens, 'hash'>,
    private readonly mails: AccountMails,
    private readonly proof: PasswordProof,
    private readonly events: SecurityEvents,
  ) {}

  /**
   * Follows the link of a mail: the address it was sent to is proved, and becomes the account's if it was not.
   * @throws InvalidLinkError, EmailTakenError when somebody else has got the address since
   */
  async verify(token: string, client: Client): Promise<void> {
    const userId = await this.store.transaction(async (store) => {
      const { user, taken } = await takeLink(store, this.tokens.hash(token), ['verify_email', 'change_email']);
      if (taken.purpose === 'change_email') await this.forgetOldAddress(store, taken);
      await store.users.setVerifiedEmail(user.id, taken.email);
      return user.id;
    });
    this.events.emailVerified(userId, client);
  }

  /** Sends the link once more, if there is an account of this address that is not proved yet. */
  async resend(email: string): Promise<void> {
    await this.store.jobs.addMailRequest({ kind: 'verifyEmail', email: normalizeEmail(email) });
  }

  /**
   * Sends a link to the new address. Whoever has it already is told so there, and nobody here.
   * @throws WrongPasswordError, OverloadedError
   */
  async requestChange(
    principal: Principal,
    change: { email: string; password: string },
    client: Client,
  ): Promise<void> {
    const { user } = await this.proof.prove(principal, change.password, client);
    const email = normalizeEmail(change.email);
    const owner = await this.store.users.findCredentialByEmail(email);
    await this.store.transaction(async (store) => {
      if (!owner) return this.mails.askToChange(store, user, email);
      await store.actionTokens.removeAll(user.id, ['change_email']);
      await this.mails.tell(store, user, 'emailChangeRequested');
      await store.jobs.addMailRequest({ kind: 'emailTaken', email });
    });
  }

  /** What was sent to the old address is worth nothing any more: it may be somebody else's. */
  private async forgetOldAddress(store: Store, { userId }: ActionToken): Promise<void> {
    await store.actionTokens.removeAll(userId, ['verify_email', 'reset_password']);
  }
}
