import type { ActionTokens } from '../core/actionTokens.js';
import { InvalidInputError, InvalidLinkError } from '../core/errors.js';
import type { Client } from '../domain/client.js';
import { normalizeEmail } from '../domain/emailAddress.js';
import type { Link } from '../domain/link.js';
import type { Principal } from '../domain/principal.js';
import type { Store } from '../repositories/store.js';
import type { AccountMails } from './accountMails.js';
import type { PasswordProof } from './passwordProof.js';
import type { SecurityEvents } from './securityEvents.js';
import type { SignUpService } from './signUpService.js';
import { takeLink } from './takeLink.js';

/** Confirming and changing email addresses. */
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
   * Follows a link: the address that it was sent to is proved, and becomes the account's if it was not. The link of a
   * sign-up takes the password of that sign-up too: it may be a stranger's, and its reader must not let the stranger in.
   * @throws InvalidLinkError, InvalidInputError where the link takes a password and there is none, WrongPasswordError,
   * SignInLockedError, OverloadedError, EmailTakenError when someone else has got the address since
   */
  async verify({ token, password }: { token: string; password?: string | undefined }, client: Client): Promise<void> {
    const tokenHash = this.tokens.hash(token);
    const link = await this.store.links.find(tokenHash, ['verify_email', 'change_email']);
    if (link?.purpose === 'change_email') return this.finishChange(link, client);
    if (link) return this.verifyAccount(link, required(password), client);
    const signUp = await this.store.signUps.findByToken(tokenHash);
    if (!signUp) throw new InvalidLinkError();
    await this.signUps.confirm(signUp, required(password), client);
  }

  /** Sends the link once more, if there is an account or a sign-up of this address that is not proved yet. */
  async resend(email: string, client: Client): Promise<void> {
    await this.store.jobs.addMailRequest({ kind: 'verifyEmail', email: normalizeEmail(email) }, client);
  }

  /**
   * Sends a link to the new address. If someone has it already, they are told so there, and the caller is not.
   * @throws WrongPasswordError, OverloadedError
   */
  async requestChange(
    principal: Principal,
    change: { email: string; password: string },
    client: Client,
  ): Promise<void> {
    const proved = await this.proof.prove(principal, change.password, client);
    const email = normalizeEmail(change.email);
    const owner = await this.store.users.findCredentialByEmail(email);
    await this.store.transaction(async (store) => {
      const user = await proved.redeem(store);
      await store.links.removeAll(user.id, ['change_email']);
      if (!owner) return this.mails.askToChange(store, user, email);
      await this.mails.tell(store, user, 'emailChangeRequested');
      await store.jobs.addMailRequest({ kind: 'emailTaken', email }, client);
    });
  }

  private async verifyAccount(link: Link, password: string, client: Client): Promise<void> {
    const credential = await this.store.users.findCredentialById(link.userId);
    if (!credential?.user.isActive) throw new InvalidLinkError();
    const proved = await this.proof.proveOwner(credential, password, client);
    await this.store.transaction(async (store) => {
      const { user } = await takeLink(store, link.tokenHash, 'verify_email');
      await proved.redeem(store);
      await store.links.removeAll(user.id, ['verify_email']);
      await store.users.setVerifiedEmail(user.id, link.email);
    });
    this.events.emailVerified(link.userId, client);
  }

  /** Links to the old address become worthless: it may be someone else's. So do sign-ups of the new one, which is taken. */
  private async finishChange({ tokenHash, email }: Link, client: Client): Promise<void> {
    const userId = await this.store.transaction(async (store) => {
      const { user } = await takeLink(store, tokenHash, 'change_email');
      await store.links.removeAll(user.id);
      await store.users.setVerifiedEmail(user.id, email);
      await store.signUps.removeAll(email);
      return user.id;
    });
    this.events.emailVerified(userId, client);
  }
}

/** @throws InvalidInputError */
function required(password: string | undefined): string {
  if (password !== undefined) return password;
  const message = 'must be the password chosen at sign-up: this link asks for it';
  throw new InvalidInputError([{ path: '/body/password', message }]);
}
