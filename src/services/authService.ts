import {
  AccountInactiveError,
  EmailNotVerifiedError,
  EmailTakenError,
  InvalidCredentialsError,
  type SmartAuditError,
} from '../core/errors.js';
import type { PasswordHasher } from '../core/hashing/passwordHasher.js';
import type { Client } from '../domain/client.js';
import { normalizeEmail } from '../domain/emailAddress.js';
import type { Credential, NewUser, User } from '../domain/user.js';
import type { Settlement } from '../repositories/attemptRepository.js';
import type { Store } from '../repositories/store.js';
import type { AccountMails } from './accountMails.js';
import type { GuessGuard } from './guessGuard.js';
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

/** A guess that was right, and not yet settled. */
interface Proved {
  credential: Credential;
  settlement: Settlement;
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
    private readonly passwords: Pick<PasswordHasher, 'hash' | 'verify' | 'isOutdated'>,
    private readonly rules: Pick<PasswordRules, 'assertGood'>,
    private readonly guard: Pick<GuessGuard, 'begin'>,
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
      await this.signUpAgain(account);
      return undefined;
    }
  }

  /**
   * Signs somebody in. An unknown address takes as long as a wrong password, and gets the same answer.
   * @throws SignInLockedError, InvalidCredentialsError, AccountInactiveError, EmailNotVerifiedError, OverloadedError
   */
  async logIn({ email, password }: Login, client: Client): Promise<SignedIn> {
    const { credential, settlement } = await this.prove(normalizeEmail(email), password, client);
    const { id } = credential.user;
    // Looking at a password takes a while: it may have been changed since, or the account deactivated.
    const signedIn = await this.sessions.begin(credential, settlement, client);
    if (!signedIn) {
      this.events.signInFailed('invalid_credentials', id, client);
      throw new InvalidCredentialsError();
    }
    this.events.signedIn(id, client);
    return signedIn;
  }

  /** Nobody owns an account yet whose address is not proved: who signs up last does, by a new link. */
  private async signUpAgain(account: NewUser): Promise<void> {
    const { email } = account;
    await this.store.transaction(async (store) => {
      const replaced = await store.users.replaceUnverified(account);
      if (replaced) await store.actionTokens.removeAll(replaced.id, ['verify_email', 'reset_password', 'change_email']);
      await store.jobs.addMailRequest({ kind: replaced ? 'verifyEmail' : 'emailTaken', email });
    });
  }

  private async create(account: NewUser): Promise<User> {
    return this.store.transaction(async (store) => {
      const user = await store.users.insert(account);
      await this.mails.askToVerify(store, user);
      return user;
    });
  }

  /** The attempts are settled with the session that begins, or, where none does, here. */
  private async prove(email: string, password: string, client: Client): Promise<Proved> {
    const guess = await this.guard.begin(email, client);
    const { credential, settlement } = guess;
    const counts = credential !== undefined && !this.isHidden(credential.user);
    const matches = await this.proof.check({ guess, password, credential, counts });
    try {
      if (!credential || !matches) throw new InvalidCredentialsError();
      this.admit(credential.user);
    } catch (error) {
      if (matches) await guess.succeeded();
      this.events.signInFailed((error as SmartAuditError).code, credential?.user.id, client);
      throw error;
    }
    const current = await this.withCurrentHash(credential, password).catch(async (error: unknown) => {
      await guess.succeeded();
      throw error;
    });
    return { credential: current, settlement };
  }

  /** Whoever signs up must not learn, by signing in, whether the address was free. */
  private isHidden({ emailVerifiedAt }: User): boolean {
    return this.policy.signupMode === 'verified' && emailVerifiedAt === null;
  }

  private admit({ isActive, emailVerifiedAt }: User): void {
    if (!isActive) throw new AccountInactiveError();
    if (this.policy.requireVerifiedEmail && !emailVerifiedAt) throw new EmailNotVerifiedError();
  }

  /** Hashes of other systems and of other costs are replaced as soon as the password is at hand. */
  private async withCurrentHash(credential: Credential, password: string): Promise<Credential> {
    const { user, passwordHash: known } = credential;
    if (!this.passwords.isOutdated(known)) return credential;
    const passwordHash = await this.passwords.hash(password);
    if (await this.store.users.setPasswordHash(user.id, passwordHash, known)) return { user, passwordHash };
    // Somebody was faster: another sign-in, or a change of the password.
    const current = await this.store.users.findCredentialByEmail(user.email);
    return current && (await this.passwords.verify(password, current.passwordHash)) ? current : credential;
  }
}
