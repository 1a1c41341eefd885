import createClient from 'openapi-fetch';
import type { components, paths } from './generated/api';
import type { Seen, Visit } from '../partner';

type User = components['schemas']['User'];

// @ts-expect-error: the codes are a closed list.
export const typo: components['schemas']['ErrorCode'] = 'token_expird';

export async function visit({ baseUrl, admin, newcomer }: Visit): Promise<Seen> {
  const client = createClient<paths>({ baseUrl });
  const created = await client.POST('/auth/signup', { body: newcomer });
  const user: User = (created.data as components['schemas']['SignupResponse']).user;
  const again = await client.POST('/auth/signup', { body: newcomer });

  const login = await client.POST('/auth/login', { body: admin });
  client.use({
    onRequest: ({ request }) => request.headers.set('Authorization', `Bearer ${login.data!.access_token}`),
  });
  const me = await client.GET('/api/v1/users/me');
  const query = { role: 'user', email_prefix: newcomer.email, created_from: user.created_at, limit: 1 } as const;
  const page = await client.GET('/api/v1/users', { params: { query } });
  const updated = await client.PATCH('/api/v1/users/{user_id}', {
    params: { path: { user_id: user.id } },
    body: { is_active: false },
  });
  const refused = await client.POST('/auth/login', {
    body: { email: newcomer.email, password: newcomer.password },
  });
  const logout = await client.POST('/auth/logout', { body: { scope: 'current' } });
  const ended = await client.GET('/api/v1/users/me');
  return {
    role: user.role,
    taken: again.error!.code,
    me: me.data!.email,
    listed: page.data!.items.map(({ email }) => email),
    isActive: updated.data!.is_active,
    refused: refused.error!.code,
    loggedOut: logout.response.status,
    ended: ended.error!.code,
  };
}
