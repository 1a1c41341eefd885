import type { ActionTokens } from '../security/actionTokens.js';
import { InvalidLinkError } from '../errors.js';
import type { PasswordHasher } from '../security/hashing/passwordHasher.js';
import type { Client } from '../domain/client.js';
import { normalizeEmail } from '../domain/emailAddress.js';
import type { Principal } from '../domain/principal.js';
import type { Store } from '../repositories/store.js';
import type { AccountMails } from './accountMails.js';
import { cutOff } from './cutOff.js';
import type { GuessGuard } from './guessGuard.js';
import type { PasswordProof } from './passwordProof.js';
import type { PasswordRules } from './passwordRules.js';
import type { SecurityEvents } from './securityEvents.js';
import { takeLink } from './accountLocks.js';

export class PasswordService {
  constructor(
    private readonly store: Store,
    private readonly passwords: Pick<PasswordHasher, 'hash'>,
    private readonly rules: Pick<PasswordRules, 'assertGood'>,
    private readonly guard: Pick<GuessGuard, 'unlock'>,
    private readonly tokens: Pick<ActionTokens, 'hash'>,
    private readonly mails: AccountMails,
    private readonly proof: PasswordProof,
    private readonly events: SecurityEvents,
  ) {}

  /** Sends a link, if the address has an active account. */
  async forgot(email: string, client: Client): Promise<void> {
    await this.store.jobs.addMailRequest({ kind: 'resetPassword', email: normalizeEmail(email) }, client);
  }

  /**
   * Sets a new password by a link. Also verifies the address, unlocks the account, ends all sessions and revokes all
   * other links.
   * @throws InvalidLinkError, PasswordRefusedError, OverloadedError
   */
  async reset({ token, password }: { token: string; password: string }, client: Client): Promise<void> {
    const hash = this.tokens.hash(token);
    const link = await this.store.links.find(hash, ['reset_password']);
    const person = link && (await this.store.users.findById(link.userId));
    if (!person) throw new InvalidLinkError();
    await this.rules.assertGood(password, person);
    const passwordHash = await this.passwords.hash(password);
    await this.store.transaction(async (store) => {
      const user = await takeLink(store, hash, 'reset_password');
      await store.users.changePassword(user.id, passwordHash);
      if (!user.emailVerifiedAt) await store.users.setVerifiedEmail(user.id, user.email);
      await cutOff(store, user.id);
      await store.signUps.removeAll(user.email);
      await this.guard.unlock(user.email, store);
      await this.mails.tell(store, user, 'passwordChanged');
    });
    this.events.record('password_changed', person.id, client, { how: 'reset' });
  }

  /**
   * Changes the caller's password, revokes all links, and ends all sessions but the caller's.
   * @throws WrongPasswordError, SignInLockedError, PasswordRefusedError, OverloadedError
   */
  async change(principal: Principal, change: { current: string; new: string }, client: Client): Promise<void> {
    const verified = await this.proof.prove(principal, change.current, client);
    await this.rules.assertGood(change.new, principal.user, '/body/new_password');
    const passwordHash = await this.passwords.hash(change.new);
    await this.store.transaction(async (store) => {
      const user = await verified.redeem(store);
      await store.users.changePassword(user.id, passwordHash);
      await cutOff(store, user.id, principal.sessionId);
      await this.mails.tell(store, user, 'passwordChanged');
    });
    this.events.record('password_changed', principal.user.id, client, { how: 'changed' });
  }
}
