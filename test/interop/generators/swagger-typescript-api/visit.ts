import { Api, LogoutScope, UserRole, type ApiError, type SignupResponse } from './generated/api';
import type { Seen, Visit } from '../partner';

/** The code of the error with which a call fails: this client throws the response. */
async function codeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'none',
    (response: { error: ApiError }) => response.error.code,
  );
}

export async function visit({ baseUrl, admin, newcomer }: Visit): Promise<Seen> {
  const client = new Api<string>({
    baseUrl,
    securityWorker: (token) => (token ? { headers: { Authorization: `Bearer ${token}` } } : {}),
  });
  const { user } = (await client.auth.signUp(newcomer)).data as SignupResponse;
  const taken = await codeOf(client.auth.signUp(newcomer));

  client.setSecurityData((await client.auth.logIn(admin)).data.access_token);
  const me = await client.api.getCurrentUser();
  const page = await client.api.listUsers({
    role: UserRole.User,
    email_prefix: newcomer.email,
    created_from: user.created_at,
    limit: 1,
  });
  const updated = await client.api.updateUser(user.id, { is_active: false });
  const { email, password } = newcomer;
  const refused = await codeOf(client.auth.logIn({ email, password }));
  const logout = await client.auth.logOut({ scope: LogoutScope.Current });
  const ended = await codeOf(client.api.getCurrentUser());
  return {
    role: user.role,
    taken,
    me: me.data.email,
    listed: page.data.items.map((each) => each.email),
    isActive: updated.data.is_active,
    refused,
    loggedOut: logout.status,
    ended,
  };
}
