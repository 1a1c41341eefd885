import type { EmailService } from '../../services/emailService.js';
import type { PasswordService } from '../../services/passwordService.js';
import type { UserService } from '../../services/userService.js';
import type { Handlers } from '../openapi/operation.js';
import { presentUser } from '../presenters/userPresenter.js';

/** The operations of the tag Users. */
export function usersController(users: UserService, emails: EmailService, passwords: PasswordService) {
  return {
    /** Authentication has read the account already. */
    async getCurrentUser({ principal }) {
      return { status: 200, body: presentUser(principal.user) };
    },

    async updateCurrentUser({ principal, body }) {
      const { first_name: firstName, last_name: lastName } = body;
      const user = await users.updateOwn(principal, { firstName, lastName });
      return { status: 200, body: presentUser(user) };
    },

    async deleteCurrentUser({ principal, body, client }) {
      await users.deleteOwn(principal, body.password, client);
      return { status: 204 };
    },

    async changePassword({ principal, body, client }) {
      await passwords.change(principal, { current: body.current_password, new: body.new_password }, client);
      return { status: 204 };
    },

    async changeEmail({ principal, body, client }) {
      await emails.requestChange(principal, body, client);
      return { status: 202, body: { message: 'Follow the link in the email to the new address to confirm it.' } };
    },
  } satisfies Partial<Handlers>;
}
