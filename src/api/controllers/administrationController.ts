import type { UserAdminService } from '../../services/userAdminService.js';
import type { Handlers } from '../openapi/operation.js';
import { pageRequest, toCursor } from './pagination.js';
import { queryTime } from './queryTime.js';
import { presentUser } from '../presenters/userPresenter.js';

/** The operations of the tag Administration. */
export function administrationController(admin: UserAdminService) {
  return {
    async listUsers({ query }) {
      const filter = {
        emailPrefix: query.email_prefix,
        role: query.role,
        isActive: query.is_active,
        createdFrom: queryTime('created_from', query.created_from),
        createdBefore: queryTime('created_before', query.created_before),
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
  } satisfies Partial<Handlers>;
}
