import { InvalidTokenError, WrongPasswordError } from '../core/errors.js';
import type { PasswordHasher } from '../core/hashing/passwordHasher.js';
import type { Client } from '../domain/client.js';
import type { Principal } from '../domain/principal.js';
import type { Credential } from '../domain/user.js';
import type { UserRepository } from '../repositories/userRepository.js';
import type { Guess, GuessGuard } from './guessGuard.js';
import { ProvedPassword } from './provedPassword.js';
import type { SecurityEvents } from './securityEvents.js';

/** Lets people prove that they know a password. */
export class PasswordProof {
  constructor(
    private readonly users: Pick<UserRepository, 'findCredentialById'>,
    private readonly passwords: Pick<PasswordHasher, 'verify'>,
    private readonly guard: Pick<GuessGuard, 'begin' | 'succeeded' | 'failed' | 'notMade'>,
    private readonly events: SecurityEvents,
  ) {}

  /**
   * For someone who is signed in, before something that cannot be taken back.
   * @throws WrongPasswordError, SignInLockedError, OverloadedError
   */
  async prove({ user, sessionId }: Principal, password: string, client: Client): Promise<ProvedPassword> {
    const credential = await this.users.findCredentialById(user.id);
    if (!credential) throw new InvalidTokenError('token_user_invalid');
    await this.assertRight(password, credential.passwordHash, user, client);
    return new ProvedPassword(credential, sessionId);
  }

  /**
   * For someone who holds a link to the address of the account, and is not signed in.
   * @throws WrongPasswordError, SignInLockedError, OverloadedError
   */
  async proveOwner(credential: Credential, password: string, client: Client): Promise<ProvedPassword> {
    await this.assertRight(password, credential.passwordHash, credential.user, client);
    return new ProvedPassword(credential, undefined);
  }

  /**
   * @param owner whose password it is said to be; without an id for a sign-up that is no account yet
   * @throws WrongPasswordError, SignInLockedError, OverloadedError
   */
  async assertRight(
    password: string,
    passwordHash: string,
    owner: { email: string; id?: string },
    client: Client,
  ): Promise<void> {
    const guess = await this.guard.begin(owner.email, client);
    if (await this.compare(guess, password, passwordHash)) return this.guard.succeeded(guess);
    await this.guard.failed(guess);
    this.events.wrongPassword(owner.id, client);
    throw new WrongPasswordError();
  }

  /**
   * Whether a guess is right. Without a hash it is not, after the same time.
   * @throws OverloadedError, and then the guess does not count
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
