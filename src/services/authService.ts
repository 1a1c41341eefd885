import {
  AccountInactiveError,
  EmailNotVerifiedError,
  EmailTakenError,
  InvalidCredentialsError,
  type SmartAuditError,
} from '../core/errors.js';
import type { PasswordHasher } from '../core/passwordHasher.js';
import type { Client } from '../domain/client.js';
import { normalizeEmail } from '../domain/emailAddress.js';
import type { Credential, NewUser, User } from '../domain/user.js';
import type { Store } from '../repositories/store.js';
import type { AccountMails } from './accountMails.js';
import type { PasswordProof } from './passwordProof.js';
import type { PasswordRules } from './passwordRules.js';
import type { SecurityEvents } from './securityEvents.js';
import type { SessionService, SignedIn } from './sessionService.js';

interface Signup {
  email: string;
  password: string;
  firstName: string;
  lastName: string;
}

interface Login {
  email: string;
  password: string;
}

/** What holds for new accounts and for signing in. */
export interface AuthPolicy {
  /** `verified`: nobody learns from a sign-up whether the address has an account. */
  signupMode: 'open' | 'verified';
  /** Whether only people with a proved address may sign in. */
  requireVerifiedEmail: boolean;
}

/** Who somebody is: making accounts and signing in. */
export class AuthService {
  constructor(
    private readonly store: Store,
    private readonly passwords: Pick<PasswordHasher, 'hash' | 'isOutdated'>,
    private readonly rules: Pick<PasswordRules, 'assertGood'>,
    private readonly proof: Pick<PasswordProof, 'check'>,
    private readonly sessions: Pick<SessionService, 'begin'>,
    private readonly mails: AccountMails,
    private readonly policy: AuthPolicy,
    private readonly events: SecurityEvents,
  ) {}

  /**
   * Makes an account, and mails a link that proves its address.
   * @returns the account; undefined in the mode `verified`, where the caller may not learn whether there was one already
   * @throws PasswordRefusedError, EmailTakenError, OverloadedError
   */
  async signUp({ email, password, firstName, lastName }: Signup, client: Client): Promise<User | undefined> {
    const owner = { email: normalizeEmail(email), firstName, lastName };
    await this.rules.assertGood(password, owner);
    const account = { ...owner, passwordHash: await this.passwords.hash(password) };
    try {
      const user = await this.create(account);
      this.events.signedUp(user.id, client);
      return this.policy.signupMode === 'open' ? user : undefined;
    } catch (error) {
      if (this.policy.signupMode === 'open' || !(error instanceof EmailTakenError)) throw error;
      await this.store.jobs.addMailRequest({ kind: 'emailTaken', email: account.email });
      return undefined;
    }
  }

  /**
   * Signs somebody in. An unknown address takes as long as a wrong password, and gets the same answer.
   * @throws SignInLockedError, InvalidCredentialsError, AccountInactiveError, EmailNotVerifiedError, OverloadedError
   */
  async logIn({ email, password }: Login, client: Client): Promise<SignedIn> {
    const user = await this.prove(normalizeEmail(email), password, client);
    const signedIn = await this.sessions.begin(user, client);
    this.events.signedIn(user.id, client);
    return signedIn;
  }

  private async create(account: NewUser): Promise<User> {
    return this.store.transaction(async (store) => {
      const user = await store.users.insert(account);
      await this.mails.askToVerify(store, user);
      return user;
    });
  }

  private async prove(email: string, password: string, client: Client): Promise<User> {
    const credential = await this.store.users.findCredentialByEmail(email);
    const matches = await this.proof.check(email, password, credential, client);
    if (credential && matches) await this.renewHash(credential, password);
    try {
      return this.admit(matches ? credential?.user : undefined);
    } catch (error) {
      this.events.signInFailed((error as SmartAuditError).code, credential?.user.id, client);
      throw error;
    }
  }

  /** Hashes of other systems and of other costs are replaced as soon as the password is at hand. */
  private async renewHash({ user, passwordHash }: Credential, password: string): Promise<void> {
    if (!this.passwords.isOutdated(passwordHash)) return;
    await this.store.users.setPasswordHash(user.id, await this.passwords.hash(password), passwordHash);
  }

  /** @param user who has proved who they are; undefined for nobody */
  private admit(user: User | undefined): User {
    if (!user) throw new InvalidCredentialsError();
    if (!user.isActive) throw new AccountInactiveError();
    if (user.emailVerifiedAt) return user;
    // Whoever signs up must not learn, by signing in, whether the address was free.
    if (this.policy.signupMode === 'verified') throw new InvalidCredentialsError();
    if (this.policy.requireVerifiedEmail) throw new EmailNotVerifiedError();
    return user;
  }
}
