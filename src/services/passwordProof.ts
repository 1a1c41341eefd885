import { InvalidTokenError, WrongPasswordError } from '../core/errors.js';
import type { PasswordHasher } from '../core/hashing/passwordHasher.js';
import type { Client } from '../domain/client.js';
import type { Principal } from '../domain/principal.js';
import type { Credential } from '../domain/user.js';
import type { UserRepository } from '../repositories/userRepository.js';
import type { Guess, GuessGuard } from './guessGuard.js';
import type { SecurityEvents } from './securityEvents.js';

/** Somebody says that this is the password of this account. */
export interface Claim {
  guess: Guess;
  password: string;
  credential: Credential | undefined;
  /** False where even the right password is to count as a wrong one. */
  counts: boolean;
}

/** Lets somebody who is signed in prove once more who they are, before something that cannot be taken back. */
export class PasswordProof {
  constructor(
    private readonly users: Pick<UserRepository, 'findCredentialById'>,
    private readonly passwords: Pick<PasswordHasher, 'verify'>,
    private readonly guard: Pick<GuessGuard, 'begin'>,
    private readonly events: SecurityEvents,
  ) {}

  /**
   * The credential that was proved.
   * @throws WrongPasswordError, SignInLockedError, OverloadedError
   */
  async prove({ user }: Principal, password: string, client: Client): Promise<Credential> {
    const credential = await this.users.findCredentialById(user.id);
    if (!credential) throw new InvalidTokenError('token_user_invalid');
    const guess = await this.guard.begin(user.email, client);
    if (!(await this.check({ guess, password, credential, counts: true }))) {
      this.events.wrongPassword(user.id, client);
      throw new WrongPasswordError();
    }
    await guess.succeeded();
    return credential;
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
