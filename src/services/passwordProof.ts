import { InvalidTokenError, WrongPasswordError } from '../core/errors.js';
import type { PasswordHasher } from '../core/hashing/passwordHasher.js';
import type { Client } from '../domain/client.js';
import type { Principal } from '../domain/principal.js';
import type { Credential } from '../domain/user.js';
import type { UserRepository } from '../repositories/userRepository.js';
import type { Guess, GuessGuard } from './guessGuard.js';
import { ProvedPassword } from './provedPassword.js';
import type { SecurityEvents } from './securityEvents.js';

/** Somebody says that this is the password of this account. */
export interface Claim {
  guess: Guess;
  password: string;
  credential: Pick<Credential, 'passwordHash'> | undefined;
  /** False where even the right password is to count as a wrong one. */
  counts: boolean;
}

/** Whose password is compared: that of an account, or of a sign-up that is no account yet. */
interface Guessed {
  credential: Pick<Credential, 'passwordHash'> & Partial<Pick<Credential, 'user'>>;
  email: string;
}

/** Lets people prove that they know a password. */
export class PasswordProof {
  constructor(
    private readonly users: Pick<UserRepository, 'findCredentialById'>,
    private readonly passwords: Pick<PasswordHasher, 'verify'>,
    private readonly guard: Pick<GuessGuard, 'begin'>,
    private readonly events: SecurityEvents,
  ) {}

  /**
   * For someone who is signed in, before something that cannot be taken back.
   * @throws WrongPasswordError, SignInLockedError, OverloadedError
   */
  async prove({ user, sessionId }: Principal, password: string, client: Client): Promise<ProvedPassword> {
    const credential = await this.users.findCredentialById(user.id);
    if (!credential) throw new InvalidTokenError('token_user_invalid');
    await this.assertRight({ credential, email: user.email }, password, client);
    return new ProvedPassword(credential, sessionId);
  }

  /**
   * For someone who holds a link to the address of the account, and is not signed in.
   * @throws WrongPasswordError, SignInLockedError, OverloadedError
   */
  async proveOwner(credential: Credential, password: string, client: Client): Promise<ProvedPassword> {
    await this.assertRight({ credential, email: credential.user.email }, password, client);
    return new ProvedPassword(credential, undefined);
  }

  /** @throws WrongPasswordError, SignInLockedError, OverloadedError */
  async assertRight({ credential, email }: Guessed, password: string, client: Client): Promise<void> {
    const guess = await this.guard.begin(email, client);
    if (!(await this.check({ guess, password, credential, counts: true }))) {
      this.events.wrongPassword(credential.user?.id, client);
      throw new WrongPasswordError();
    }
    await guess.succeeded();
  }

  /**
   * Whether the password is that of an account. Without an account it is not, after the same time. A guess that was wrong, or
   * could not be made, has ended then; one that was right has not.
   * @throws OverloadedError
   */
  async check({ guess, password, credential, counts }: Claim): Promise<boolean> {
    const matches = await this.passwords.verify(password, credential?.passwordHash).catch(async (error: unknown) => {
      await guess.notMade();
      throw error;
    });
    const isRight = counts && matches;
    if (!isRight) await guess.failed();
    return isRight;
  }
}
