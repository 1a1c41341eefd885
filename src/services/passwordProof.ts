import { InvalidTokenError, WrongPasswordError } from '../core/errors.js';
import type { PasswordHasher } from '../core/hashing/passwordHasher.js';
import type { Client } from '../domain/client.js';
import type { Principal } from '../domain/principal.js';
import type { Credential } from '../domain/user.js';
import type { UserRepository } from '../repositories/userRepository.js';
import type { GuessGuard } from './guessGuard.js';
import type { SecurityEvents } from './securityEvents.js';

/** Somebody says that this is the password of this account. */
export interface Claim {
  /** Normalised. */
  email: string;
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
    if (!(await this.check({ email: user.email, password, credential, counts: true }, client))) {
      this.events.wrongPassword(user.id, client);
      throw new WrongPasswordError();
    }
    return credential;
  }

  /**
   * Whether the password is that of an account, counted as a guess. Without an account it is not, after the same time.
   * @throws SignInLockedError, OverloadedError
   */
  async check({ email, password, credential, counts }: Claim, client: Client): Promise<boolean> {
    const guess = await this.guard.begin(email, client);
    const matches = await this.passwords.verify(password, credential?.passwordHash).catch(async (error: unknown) => {
      await guess.notMade();
      throw error;
    });
    const isRight = counts && matches;
    await (isRight ? guess.succeeded() : guess.failed());
    return isRight;
  }
}
