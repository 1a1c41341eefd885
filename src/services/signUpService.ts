import { v7 as uuidv7 } from 'uuid';
import type { ActionTokens } from '../security/actionTokens.js';
import { EmailTakenError, InvalidLinkError } from '../errors.js';
import type { Client } from '../domain/client.js';
import type { SignUp } from '../domain/signUp.js';
import type { NewUser, User } from '../domain/user.js';
import type { Store, TransactionStore } from '../repositories/store.js';
import { linkMails } from './accountMails.js';
import { cutOff } from './cutOff.js';
import type { PasswordProof } from './passwordProof.js';
import type { SecurityEvents } from './securityEvents.js';

/**
 * Sign-ups in the mode `verified`. Confirming one requires its password, because the owner of the address also gets the
 * links of strangers' sign-ups.
 */
export class SignUpService {
  constructor(
    private readonly store: Store,
    private readonly tokens: Pick<ActionTokens, 'create'>,
    private readonly proof: Pick<PasswordProof, 'assertSignUp'>,
    private readonly events: SecurityEvents,
  ) {}

  /** Stores a sign-up. A job checks whether the address has an account, so that the response time does not reveal it. */
  async begin(account: NewUser, client: Client): Promise<void> {
    const { nonce, hash: tokenHash } = this.tokens.create();
    const signUp = { id: uuidv7(), ...account, nonce, tokenHash };
    await this.store.transaction(async (store) => {
      await store.signUps.insert(signUp, linkMails.verify_email.lifetimeMs);
      await store.jobs.addSignUpMail({ signUpId: signUp.id, email: account.email }, client);
    });
  }

  /**
   * Turns a sign-up into an account.
   * @throws WrongPasswordError, SignInLockedError, OverloadedError, InvalidLinkError, EmailTakenError
   */
  async confirm(signUp: SignUp, password: string, client: Client): Promise<void> {
    await this.proof.assertSignUp(signUp, password, client);
    const user = await this.store.transaction(async (store) => {
      const account = await this.ownAccount(store, signUp);
      if (!(await store.signUps.remove(signUp.id))) throw new InvalidLinkError();
      await store.signUps.removeAll(signUp.email);
      await store.users.setVerifiedEmail(account.id, signUp.email);
      return account;
    });
    this.events.record('signed_up', user.id, client);
    this.events.record('email_verified', user.id, client);
  }

  /** Creates the account, or takes over an unverified one with the same address. */
  private async ownAccount(store: TransactionStore, signUp: SignUp): Promise<User> {
    const found = (await store.users.lockByEmail(signUp.email))?.user;
    if (!found) return store.users.insert(signUp);
    if (found.emailVerifiedAt || !found.isActive) throw new EmailTakenError();
    await cutOff(store, found.id);
    await store.users.replace(found.id, signUp);
    return found;
  }
}
