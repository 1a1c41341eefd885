import type { EmailService } from '../../services/emailService.js';
import type { PasswordService } from '../../services/passwordService.js';
import type { Handlers } from '../openapi/operation.js';

/** The operations of the tag Recovery. */
export function recoveryController(emails: EmailService, passwords: PasswordService) {
  return {
    async verifyEmail({ body, client }) {
      await emails.verify(body, client);
      return { status: 200, body: { message: 'Your email address is confirmed.' } };
    },

    async resendVerification({ body, client }) {
      await emails.resend(body.email, client);
      return { status: 202, body: { message: 'If an account with this address exists, an email is on its way.' } };
    },

    async forgotPassword({ body, client }) {
      await passwords.forgot(body.email, client);
      return { status: 202, body: { message: 'If an account with this address exists, an email is on its way.' } };
    },

    async resetPassword({ body, client }) {
      await passwords.reset(body, client);
      return { status: 200, body: { message: 'Your password has been changed. You can log in with it now.' } };
    },
  } satisfies Partial<Handlers>;
}
