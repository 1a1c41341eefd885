import { AccountInactiveError, EmailNotVerifiedError, InvalidCredentialsError } from '../errors.js';
import type { PasswordHasher } from '../security/hashing/passwordHasher.js';
import type { Client } from '../domain/client.js';
import { normalizeEmail } from '../domain/emailAddress.js';
import type { Credential, NewUser, User } from '../domain/user.js';
import type { Store } from '../repositories/store.js';
import type { AccountMails } from './accountMails.js';
import type { GuessGuard } from './guessGuard.js';
import type { PasswordProof } from './passwordProof.js';
import type { PasswordRules } from './passwordRules.js';
import type { SecurityEvents } from './securityEvents.js';
import type { SessionService, SignedIn } from './sessionService.js';
import type { SignUpService } from './signUpService.js';

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
    private readonly guard: Pick<GuessGuard, 'begin' | 'succeeded' | 'failed'>,
    private readonly proof: Pick<PasswordProof, 'compare'>,
    private readonly sessions: Pick<SessionService, 'begin'>,
    private readonly signUps: Pick<SignUpService, 'begin'>,
    private readonly mails: AccountMails,
    private readonly policy: AuthPolicy,
    private readonly events: SecurityEvents,
  ) {}

  /**
   * Makes an account, and mails a link that proves its address. In the mode `verified` the account is made when the link
   * is followed.
   * @returns the account; undefined in the mode `verified`, where the caller may not learn whether there was one already
   * @throws PasswordRefusedError, EmailTakenError, OverloadedError
   */
  async signUp({ email, password, firstName, lastName }: Signup, client: Client): Promise<User | undefined> {
    const owner = { email: normalizeEmail(email), firstName, lastName };
    await this.rules.assertGood(password, owner);
    const account = { ...owner, passwordHash: await this.passwords.hash(password) };
    if (this.policy.signupMode === 'verified') {
      await this.signUps.begin(account, client);
      return undefined;
    }
    const user = await this.create(account);
    this.events.signedUp(user.id, client);
    return user;
  }

  /**
   * Signs someone in. An unknown address takes as long as a wrong password, and gets the same answer.
   * @throws SignInLockedError, InvalidCredentialsError, AccountInactiveError, EmailNotVerifiedError, OverloadedError
   */
  async logIn({ email, password }: Login, client: Client): Promise<SignedIn> {
    const address = normalizeEmail(email);
    const guess = await this.guard.begin(address, client);
    const credential = await this.store.users.findCredentialByEmail(address);
    const matches = await this.proof.compare(guess, password, credential?.passwordHash);
    if (!credential || !matches || this.isHidden(credential.user)) {
      await this.guard.failed(guess);
      throw this.refused(credential, client);
    }
    await this.guard.succeeded(guess);
    this.admit(credential.user, client);
    await this.renewHash(credential, password);
    const signedIn = await this.sessions.begin(credential, client);
    if (!signedIn) throw this.refused(credential, client);
    this.events.signedIn(credential.user.id, client);
    return signedIn;
  }

  private async create(account: NewUser): Promise<User> {
    return this.store.transaction(async (store) => {
      const user = await store.users.insert(account);
      await this.mails.askToVerify(store, user);
      return user;
    });
  }

  private refused(credential: Credential | undefined, client: Client): InvalidCredentialsError {
    const error = new InvalidCredentialsError();
    this.events.signInFailed(error.code, credential?.user.id, client);
    return error;
  }

  /** Whoever signs up must not learn, by signing in, whether the address was free. */
  private isHidden({ emailVerifiedAt }: User): boolean {
    return this.policy.signupMode === 'verified' && emailVerifiedAt === null;
  }

  private admit({ id, isActive, emailVerifiedAt }: User, client: Client): void {
    const isUnproved = this.policy.requireVerifiedEmail && !emailVerifiedAt;
    const error = !isActive ? new AccountInactiveError() : isUnproved ? new EmailNotVerifiedError() : undefined;
    if (!error) return;
    this.events.signInFailed(error.code, id, client);
    throw error;
  }

  /** Hashes of other systems and of other costs are replaced as soon as the password is at hand. */
  private async renewHash({ user, passwordHash: known }: Credential, password: string): Promise<void> {
    if (!this.passwords.isOutdated(known)) return;
    await this.store.users.renewPasswordHash(user.id, await this.passwords.hash(password), known);
  }
}
