import type { components } from '../../../generated/api.js';
import type { Session } from '../../domain/session.js';

/** A session as the API shows it. */
export function presentSession(session: Session, currentId: string): components['schemas']['Session'] {
  return {
    id: session.id,
    created_at: session.createdAt.toISOString(),
    last_used_at: session.lastUsedAt.toISOString(),
    expires_at: session.expiresAt.toISOString(),
    ip: session.ip,
    user_agent: session.userAgent,
    current: session.id === currentId,
  };
}
