import type { AuthService } from '../../services/authService.js';
import type { Handlers } from '../operation.js';
import { presentUser } from '../presenters/userPresenter.js';

/** The operations of the tag Authentication. */
export function authenticationController(auth: AuthService): Pick<Handlers, 'signUp' | 'logIn'> {
  return {
    async signUp({ body, client }) {
      const { email, password, first_name: firstName, last_name: lastName } = body;
      const user = await auth.signUp({ email, password, firstName, lastName }, client);
      const message = 'Your account has been created. You can sign in now.';
      return { status: 201, body: { message, user: presentUser(user) } };
    },

    async logIn({ body, client }) {
      const { accessToken, expiresIn, user } = await auth.logIn(body, client);
      return {
        status: 200,
        body: { access_token: accessToken, token_type: 'bearer', expires_in: expiresIn, user: presentUser(user) },
      };
    },
  };
}
