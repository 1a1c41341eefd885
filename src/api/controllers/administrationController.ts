import { InvalidInputError } from '../../core/errors.js';
import type { UserAdminService } from '../../services/userAdminService.js';
import type { Handlers } from '../operation.js';
import { pageRequest, toCursor } from '../pagination.js';
import { presentUser } from '../presenters/userPresenter.js';

/** The operations of the tag Administration. */
export function administrationController(
  admin: UserAdminService,
): Pick<Handlers, 'listUsers' | 'getUser' | 'updateUser' | 'revokeUserSessions' | 'unlockUser'> {
  return {
    async listUsers({ query }) {
      const filter = {
        emailPrefix: query.email_prefix,
        role: query.role,
        isActive: query.is_active,
        createdFrom: toDate('created_from', query.created_from),
        createdBefore: toDate('created_before', query.created_before),
      };
      const page = await admin.list(filter, pageRequest(query));
      return { status: 200, body: { items: page.items.map(presentUser), next_cursor: toCursor(page.next) } };
    },

    async getUser({ path }) {
      return { status: 200, body: presentUser(await admin.get(path.user_id)) };
    },

    async updateUser({ principal, path, body, client }) {
      const access = { isActive: body.is_active, role: body.role };
      return { status: 200, body: presentUser(await admin.changeAccess(principal, path.user_id, access, client)) };
    },

    async revokeUserSessions({ principal, path, client }) {
      await admin.revokeSessions(principal, path.user_id, client);
      return { status: 204 };
    },

    async unlockUser({ principal, path, client }) {
      await admin.unlock(principal, path.user_id, client);
      return { status: 204 };
    },
  };
}

/**
 * @throws InvalidInputError for what looks like a time and is none, such as 30 February or a leap second, and for the years
 * before 1 and after 9999 that an offset may lead to
 */
function toDate(name: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const date = new Date(text);
  const year = date.getUTCFullYear();
  if (!(year >= 1 && year <= 9999) || !isOfCalendar(text.slice(0, 10)) || text.slice(11, 13) === '24') {
    throw new InvalidInputError([{ path: `/query/${name}`, message: 'must be a time such as 2026-11-22T09:30:00Z' }]);
  }
  return date;
}

/** JavaScript takes 30 February for 2 March. */
function isOfCalendar(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}
