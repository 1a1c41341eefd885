import { InvalidTokenError, WrongPasswordError } from '../core/errors.js';
import type { Credential, User } from '../domain/user.js';
import type { TransactionStore } from '../repositories/store.js';

/**
 * Someone has proved the password of an account. Comparing takes a while, in which the password may be changed, the
 * account deactivated or the session ended: so the proof is worth something only in a transaction that locks the account
 * and finds nothing of that.
 */
export class ProvedPassword {
  private readonly userId: string;
  private readonly passwordVersion: number;

  /** @param sessionId of who proved it; undefined for someone who is not signed in */
  constructor(
    { user, passwordVersion }: Credential,
    private readonly sessionId: string | undefined,
  ) {
    this.userId = user.id;
    this.passwordVersion = passwordVersion;
  }

  /**
   * The account, which stays as it is until the transaction ends.
   * @throws InvalidTokenError where the account is no longer active or the session has ended, WrongPasswordError where the
   * password has been changed
   */
  async redeem({ users, sessions }: Pick<TransactionStore, 'users' | 'sessions' | 'isTransaction'>): Promise<User> {
    const account = await users.lock(this.userId);
    if (!account?.user.isActive) throw new InvalidTokenError('token_user_invalid');
    if (this.sessionId !== undefined && !(await sessions.lock(this.userId, this.sessionId))) {
      throw new InvalidTokenError('session_ended');
    }
    if (account.passwordVersion !== this.passwordVersion) throw new WrongPasswordError();
    return account.user;
  }
}
