import type { ActionTokens } from '../security/actionTokens.js';
import { InvalidLinkError, RateLimitedError } from '../errors.js';
import type { Client } from '../domain/client.js';
import { normalizeEmail } from '../domain/emailAddress.js';
import type { Link } from '../domain/link.js';
import type { Principal } from '../domain/principal.js';
import { networkHash } from '../repositories/jobRepository.js';
import type { Store } from '../repositories/store.js';
import type { AccountMails } from './accountMails.js';
import { admitMail } from './mailBudget.js';
import type { PasswordProof } from './passwordProof.js';
import type { SecurityEvents } from './securityEvents.js';
import type { SignUpService } from './signUpService.js';
import { takeLink } from './accountLocks.js';

export class EmailService {
  constructor(
    private readonly store: Store,
    private readonly tokens: Pick<ActionTokens, 'hash'>,
    private readonly mails: AccountMails,
    private readonly proof: PasswordProof,
    private readonly signUps: Pick<SignUpService, 'confirm'>,
    private readonly events: SecurityEvents,
  ) {}

  /**
   * Follows a link: verifies the address that it was sent to and makes it the account's. Requires the password of the
   * account or sign-up, because a stranger may have signed up with the reader's address.
   * @throws InvalidLinkError, WrongPasswordError, SignInLockedError, OverloadedError, EmailTakenError
   */
  async verify({ token, password }: { token: string; password: string }, client: Client): Promise<void> {
    const tokenHash = this.tokens.hash(token);
    const link = await this.store.links.find(tokenHash, ['verify_email', 'change_email']);
    if (link) return this.verifyAccount(link, password, client);
    const signUp = await this.store.signUps.findByToken(tokenHash);
    if (!signUp) throw new InvalidLinkError();
    await this.signUps.confirm(signUp, password, client);
  }

  /** Sends the link again, if the address has an unverified account or a sign-up. */
  async resend(email: string, client: Client): Promise<void> {
    await this.store.jobs.addMailRequest({ kind: 'verifyEmail', email: normalizeEmail(email) }, client);
  }

  /**
   * Sends a link to the new address. If it has an account already, its owner gets a notice instead.
   * @throws WrongPasswordError, SignInLockedError, OverloadedError, RateLimitedError
   */
  async requestChange(
    principal: Principal,
    change: { email: string; password: string },
    client: Client,
  ): Promise<void> {
    const verified = await this.proof.prove(principal, change.password, client);
    const email = normalizeEmail(change.email);
    const owner = await this.store.users.findCredentialByEmail(email);
    await this.store.transaction(async (store) => {
      const network = networkHash(client);
      if (!(await admitMail(store, { kind: 'changeEmail', email, network }))) throw new RateLimitedError(3600);
      const user = await verified.redeem(store);
      await store.links.removeAll(user.id, ['change_email']);
      await this.mails.tell(store, user, 'emailChangeRequested');
      if (owner) await store.jobs.addMailRequest({ kind: 'emailTaken', email }, client);
      else await this.mails.sendLink(store, user, 'change_email', email);
    });
  }

  private async verifyAccount(link: Link, password: string, client: Client): Promise<void> {
    const { tokenHash, purpose, email } = link;
    const credential = await this.store.users.findCredentialById(link.userId);
    if (!credential?.user.isActive) throw new InvalidLinkError();
    const verified = await this.proof.proveAtLink(tokenHash, credential, password, client);
    await this.store.transaction(async (store) => {
      const user = await takeLink(store, tokenHash, purpose);
      await verified.redeem(store);
      // Links sent to the old address may be in someone else's mailbox.
      await store.links.removeAll(user.id, purpose === 'change_email' ? undefined : [purpose]);
      await store.users.setVerifiedEmail(user.id, email);
      await store.signUps.removeAll(email);
    });
    this.events.record('email_verified', link.userId, client);
  }
}
