import { InvalidTokenError } from '../core/errors.js';
import type { User, UserChanges } from '../domain/user.js';
import type { UserRepository } from '../repositories/userRepository.js';

/** What people do with their own record. */
export class UserService {
  constructor(private readonly users: Pick<UserRepository, 'update'>) {}

  /**
   * Changes somebody's own record, and returns it as it is then.
   * @throws InvalidTokenError when the account went away meanwhile
   */
  async updateOwn(user: User, changes: UserChanges): Promise<User> {
    const changed = await this.users.update(user.id, changes);
    if (!changed) throw new InvalidTokenError('token_user_invalid');
    return changed;
  }
}
