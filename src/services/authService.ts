import { AccountInactiveError, InvalidCredentialsError } from '../core/errors.js';
import type { PasswordHasher } from '../core/passwordHasher.js';
import type { Client } from '../domain/client.js';
import { normalizeEmail } from '../domain/emailAddress.js';
import type { Credential, User } from '../domain/user.js';
import type { UserRepository } from '../repositories/userRepository.js';
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

/** Who somebody is: making accounts and signing in. */
export class AuthService {
  constructor(
    private readonly users: Pick<UserRepository, 'insert' | 'findCredentialByEmail'>,
    private readonly passwords: Pick<PasswordHasher, 'hash' | 'verify'>,
    private readonly sessions: Pick<SessionService, 'begin'>,
    private readonly events: SecurityEvents,
  ) {}

  /**
   * Makes an account.
   * @throws EmailTakenError, OverloadedError
   */
  async signUp({ email, password, firstName, lastName }: Signup, client: Client): Promise<User> {
    const passwordHash = await this.passwords.hash(password);
    const user = await this.users.insert({ email: normalizeEmail(email), passwordHash, firstName, lastName });
    this.events.signedUp(user.id, client);
    return user;
  }

  /**
   * Signs somebody in. An unknown address takes as long as a wrong password, and gets the same answer.
   * @throws InvalidCredentialsError, AccountInactiveError, OverloadedError
   */
  async logIn({ email, password }: Login, client: Client): Promise<SignedIn> {
    const credential = await this.users.findCredentialByEmail(normalizeEmail(email));
    const user = await this.prove(credential, password, client);
    const signedIn = await this.sessions.begin(user, client);
    this.events.signedIn(user.id, client);
    return signedIn;
  }

  private async prove(credential: Credential | undefined, password: string, client: Client): Promise<User> {
    const matches = await this.passwords.verify(password, credential?.passwordHash);
    if (!credential || !matches) {
      this.events.signInFailed('invalid_credentials', credential?.user.id, client);
      throw new InvalidCredentialsError();
    }
    if (!credential.user.isActive) {
      this.events.signInFailed('account_inactive', credential.user.id, client);
      throw new AccountInactiveError();
    }
    return credential.user;
  }
}
