import type { Config } from '../config/config.js';
import {
  AccountInactiveError,
  EmailNotVerifiedError,
  InvalidCredentialsError,
  type SmartAuditError,
} from '../errors.js';
import type { PasswordHasher } from '../security/hashing/passwordHasher.js';
import type { Client } from '../domain/client.js';
import { normalizeEmail } from '../domain/emailAddress.js';
import type { Credential, NewUser, User } from '../domain/user.js';
import type { Store } from '../repositories/store.js';
import type { AccountMails } from './accountMails.js';
import type { GuessGuard } from './guessGuard.js';
import type { PasswordProof } from './passwordProof.js';
import type { PasswordOwner, PasswordRules } from './passwordRules.js';
import type { SecurityEvents } from './securityEvents.js';
import type { SessionService, SignedIn } from './sessionService.js';
import type { SignUpService } from './signUpService.js';

interface Login {
  email: string;
  password: string;
}

export class AuthService {
  constructor(
    private readonly store: Store,
    private readonly passwords: Pick<PasswordHasher, 'hash' | 'isOutdated'>,
    private readonly rules: Pick<PasswordRules, 'assertGood'>,
    private readonly guard: Pick<GuessGuard, 'begin' | 'succeeded' | 'failed'>,
    private readonly proof: Pick<PasswordProof, 'compare'>,
    private readonly sessions: Pick<SessionService, 'begin'>,
    private readonly signUps: Pick<SignUpService, 'begin'>,
    private readonly mails: AccountMails,
    private readonly policy: Config['auth'],
    private readonly events: SecurityEvents,
  ) {}

  /**
   * Creates an account and mails a link that verifies its address. In the mode `verified`, following the link creates it.
   * @returns the account; undefined in the mode `verified`
   * @throws PasswordRefusedError, EmailTakenError, OverloadedError
   */
  async signUp(
    { email, password, firstName, lastName }: Login & PasswordOwner,
    client: Client,
  ): Promise<User | undefined> {
    const owner = { email: normalizeEmail(email), firstName, lastName };
    await this.rules.assertGood(password, owner);
    const account = { ...owner, passwordHash: await this.passwords.hash(password) };
    if (this.policy.signupMode === 'verified') {
      await this.signUps.begin(account, client);
      return undefined;
    }
    const user = await this.create(account);
    this.events.record('signed_up', user.id, client);
    return user;
  }

  /**
   * Logs someone in. An unknown address and a wrong password give the same answer after the same time.
   * @throws SignInLockedError, InvalidCredentialsError, AccountInactiveError, EmailNotVerifiedError, OverloadedError
   */
  async logIn({ email, password }: Login, client: Client): Promise<SignedIn> {
    const address = normalizeEmail(email);
    const guess = await this.guard.begin(address, client);
    const credential = await this.store.users.findCredentialByEmail(address);
    const matches = await this.proof.compare(guess, password, credential?.passwordHash);
    if (!credential || !matches || this.isHidden(credential.user)) {
      await this.guard.failed(guess);
      throw this.refused(new InvalidCredentialsError(), credential?.user, client);
    }
    await this.guard.succeeded(guess);
    this.admit(credential.user, client);
    await this.renewHash(credential, password);
    const signedIn = await this.sessions.begin(credential, client);
    if (!signedIn) throw this.refused(new InvalidCredentialsError(), credential.user, client);
    this.events.signedIn(credential.user.id, client);
    return signedIn;
  }

  private async create(account: NewUser): Promise<User> {
    return this.store.transaction(async (store) => {
      const user = await store.users.insert(account);
      await this.mails.sendLink(store, user, 'verify_email');
      return user;
    });
  }

  private refused(error: SmartAuditError, user: User | undefined, client: Client): SmartAuditError {
    this.events.signInFailed(error.code, user?.id, client);
    return error;
  }

  /** In the mode `verified`, a login must not reveal whether a sign-up's address was free. */
  private isHidden({ emailVerifiedAt }: User): boolean {
    return this.policy.signupMode === 'verified' && emailVerifiedAt === null;
  }

  private admit(user: User, client: Client): void {
    if (!user.isActive) throw this.refused(new AccountInactiveError(), user, client);
    const isUnverified = this.policy.requireVerifiedEmail && !user.emailVerifiedAt;
    if (isUnverified) throw this.refused(new EmailNotVerifiedError(), user, client);
  }

  /** Replaces hashes of other systems and of other costs. */
  private async renewHash({ user, passwordHash: known }: Credential, password: string): Promise<void> {
    if (!this.passwords.isOutdated(known)) return;
    await this.store.users.renewPasswordHash(user.id, await this.passwords.hash(password), known);
  }
}
