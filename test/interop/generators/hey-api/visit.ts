import { client } from './generated/client.gen';
import { getCurrentUser, listUsers, logIn, logOut, signUp, updateUser } from './generated/sdk.gen';
import type { ErrorCode, SignupResponse } from './generated/types.gen';
import type { Seen, Visit } from '../partner';

// @ts-expect-error: the codes are a closed list.
export const typo: ErrorCode = 'token_expird';

export async function visit({ baseUrl, admin, newcomer }: Visit): Promise<Seen> {
  let accessToken: string | undefined;
  // One callback for all operations, logOut with its two ways included.
  client.setConfig({ baseUrl, auth: () => accessToken });
  const created = await signUp({ body: newcomer });
  const { user } = created.data as SignupResponse;
  const again = await signUp({ body: newcomer });

  accessToken = (await logIn({ body: admin })).data!.access_token;
  const me = await getCurrentUser();
  const page = await listUsers({
    query: { role: 'user', email_prefix: newcomer.email, created_from: user.created_at, limit: 1 },
  });
  const updated = await updateUser({ path: { user_id: user.id }, body: { is_active: false } });
  const refused = await logIn({ body: { email: newcomer.email, password: newcomer.password } });
  const logout = await logOut({ body: { scope: 'current' } });
  const ended = await getCurrentUser();
  return {
    role: user.role,
    taken: again.error!.code,
    me: me.data!.email,
    listed: page.data!.items.map(({ email }) => email),
    isActive: updated.data!.is_active,
    refused: refused.error!.code,
    loggedOut: logout.response!.status,
    ended: ended.error!.code,
  };
}
