import type { UserService } from '../../services/userService.js';
import type { Handlers } from '../operation.js';
import { presentUser } from '../presenters/userPresenter.js';

/** The operations of the tag Users. */
export function usersController(users: UserService): Pick<Handlers, 'getCurrentUser' | 'updateCurrentUser'> {
  return {
    /** Authentication has just read the record for this request, so there is nothing left to ask. */
    async getCurrentUser({ principal }) {
      return { status: 200, body: presentUser(principal.user) };
    },

    async updateCurrentUser({ principal, body }) {
      const { first_name: firstName, last_name: lastName } = body;
      const user = await users.updateOwn(principal.user, { firstName, lastName });
      return { status: 200, body: presentUser(user) };
    },
  };
}
