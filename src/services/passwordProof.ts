import { InvalidTokenError, WrongPasswordError } from '../errors.js';
import type { PasswordHasher } from '../security/hashing/passwordHasher.js';
import type { Client } from '../domain/client.js';
import type { Principal } from '../domain/principal.js';
import type { SignUp } from '../domain/signUp.js';
import type { Credential, User } from '../domain/user.js';
import type { TransactionStore } from '../repositories/store.js';
import type { UserRepository } from '../repositories/userRepository.js';
import type { Guess, GuessGuard } from './guessGuard.js';
import { lockCaller } from './accountLocks.js';
import type { SecurityEvents } from './securityEvents.js';

/**
 * Proof that someone knows the password of an account. The account may change during the slow comparison, so `redeem`
 * locks it and checks that password, account and session are unchanged.
 */
class VerifiedPassword {
  /** @param sessionId of the caller; undefined if not logged in */
  constructor(
    private readonly credential: Credential,
    private readonly sessionId: string | undefined,
  ) {}

  /**
   * Locks the account until the transaction ends.
   * @throws InvalidTokenError if the account is no longer active or the session has ended, WrongPasswordError if the
   * password has changed
   */
  async redeem(store: Pick<TransactionStore, 'users' | 'sessions' | 'isTransaction'>): Promise<User> {
    const { credential, sessionId } = this;
    const account = await lockCaller(store, credential.user.id, sessionId);
    if (account.passwordVersion !== credential.passwordVersion) throw new WrongPasswordError();
    return account.user;
  }
}

export class PasswordProof {
  constructor(
    private readonly users: Pick<UserRepository, 'findCredentialById'>,
    private readonly passwords: Pick<PasswordHasher, 'verify'>,
    private readonly guard: Pick<GuessGuard, 'begin' | 'beginAtLink' | 'succeeded' | 'failed' | 'notMade'>,
    private readonly events: SecurityEvents,
  ) {}

  /**
   * Checks the password of a logged-in caller.
   * @throws WrongPasswordError, SignInLockedError, OverloadedError
   */
  async prove({ user, sessionId }: Principal, password: string, client: Client): Promise<VerifiedPassword> {
    const credential = await this.users.findCredentialById(user.id);
    if (!credential) throw new InvalidTokenError('token_user_invalid');
    const guess = await this.guard.begin(user.email, client);
    await this.assertRight(guess, password, credential.passwordHash, user.id);
    return new VerifiedPassword(credential, sessionId);
  }

  /**
   * Checks the password of an account for the holder of one of its links.
   * @throws WrongPasswordError, SignInLockedError, OverloadedError
   */
  async proveAtLink(
    tokenHash: Buffer,
    credential: Credential,
    password: string,
    client: Client,
  ): Promise<VerifiedPassword> {
    const guess = await this.guard.beginAtLink(tokenHash, client);
    await this.assertRight(guess, password, credential.passwordHash, credential.user.id);
    return new VerifiedPassword(credential, undefined);
  }

  /**
   * Checks the password of a sign-up for the holder of its link.
   * @throws WrongPasswordError, SignInLockedError, OverloadedError
   */
  async assertSignUp(signUp: SignUp, password: string, client: Client): Promise<void> {
    const guess = await this.guard.beginAtLink(signUp.tokenHash, client);
    await this.assertRight(guess, password, signUp.passwordHash, undefined);
  }

  private async assertRight(guess: Guess, password: string, hash: string, userId: string | undefined): Promise<void> {
    if (await this.compare(guess, password, hash)) return this.guard.succeeded(guess);
    await this.guard.failed(guess);
    this.events.record('wrong_password', userId, guess.client);
    throw new WrongPasswordError();
  }

  /**
   * Whether the password matches. Without a hash it never does, after the same time.
   * @throws OverloadedError; the guess is then uncounted
   */
  async compare(guess: Guess, password: string, passwordHash: string | undefined): Promise<boolean> {
    try {
      return await this.passwords.verify(password, passwordHash);
    } catch (error) {
      await this.guard.notMade(guess);
      throw error;
    }
  }
}
