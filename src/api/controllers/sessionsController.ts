import type { SessionService } from '../../services/sessionService.js';
import type { Handlers } from '../openapi/operation.js';
import { pageRequest, toCursor } from './pagination.js';
import { presentSession } from '../presenters/sessionPresenter.js';

/** The operations of the tag Sessions. */
export function sessionsController(sessions: SessionService) {
  return {
    async listSessions({ principal, query }) {
      const page = await sessions.list(principal, pageRequest(query));
      const items = page.items.map((session) => presentSession(session, principal.sessionId));
      return { status: 200, body: { items, next_cursor: toCursor(page.next) } };
    },

    async endSession({ principal, path, client }) {
      await sessions.revoke(principal, path.session_id, client);
      return { status: 204 };
    },
  } satisfies Partial<Handlers>;
}
