import { getCurrentUser, listUsers, logIn, logOut, signUp, updateUser } from './generated/api';
import type { ErrorCode } from './generated/model';
import { session } from './request';
import type { Seen, Visit } from '../partner';

/** The body of an answer with this status, which narrows its type. */
function bodyOf<Answer extends { status: number; data: unknown }, Status extends number>(
  answer: Answer,
  status: Status,
): Extract<Answer, { status: Status }>['data'] {
  if (answer.status !== status) throw new Error(`Status ${answer.status} instead of ${status}`);
  return answer.data;
}

// @ts-expect-error: the codes are a closed list.
export const typo: ErrorCode = 'token_expird';

export async function visit({ baseUrl, admin, newcomer }: Visit): Promise<Seen> {
  session.baseUrl = baseUrl;
  const { user } = bodyOf(await signUp(newcomer), 201);
  const taken = bodyOf(await signUp(newcomer), 409).code;

  session.accessToken = bodyOf(await logIn(admin), 200).access_token;
  const me = bodyOf(await getCurrentUser(), 200);
  const query = { role: 'user', email_prefix: newcomer.email, created_from: user.created_at, limit: 1 } as const;
  const page = bodyOf(await listUsers(query), 200);
  const updated = bodyOf(await updateUser(user.id, { is_active: false }), 200);
  const { email, password } = newcomer;
  const refused = bodyOf(await logIn({ email, password }), 403).code;
  const { status } = await logOut({ scope: 'current' });
  const ended = bodyOf(await getCurrentUser(), 401).code;
  return {
    role: user.role,
    taken,
    me: me.email,
    listed: page.items.map((each) => each.email),
    isActive: updated.is_active,
    refused,
    loggedOut: status,
    ended,
  };
}
