import type { Principal } from '../domain/principal.js';

/** The dates of a principal are text in Redis. */
interface Stored {
  user: Omit<Principal['user'], 'createdAt' | 'updatedAt' | 'emailVerifiedAt'> & {
    createdAt: string;
    updatedAt: string;
    emailVerifiedAt: string | null;
  };
  sessionId: string;
  expiresAt: string;
}

function revived(text: string): Principal {
  const { user, sessionId, expiresAt } = JSON.parse(text) as Stored;
  return {
    user: {
      ...user,
      createdAt: new Date(user.createdAt),
      updatedAt: new Date(user.updatedAt),
      emailVerifiedAt: user.emailVerifiedAt === null ? null : new Date(user.emailVerifiedAt),
    },
    sessionId,
    expiresAt: new Date(expiresAt),
  };
}

/**
 * Principals made of the text that Redis has of them: of the same text once, for making them, and then making JSON of them
 * again, took a seventh of the time of a request (docs/performance.md). Nothing here is ever believed without that text.
 */
export class RevivedPrincipals {
  private readonly known = new Map<string, { text: string; principal: Principal }>();

  /** @param capacity how many to keep; the oldest is forgotten first */
  constructor(private readonly capacity = 10_000) {}

  /** The principal that this text, found for this session, means. */
  of(sessionId: string, text: string): Principal {
    const known = this.known.get(sessionId);
    if (known?.text === text) return known.principal;
    const principal = revived(text);
    this.known.delete(sessionId);
    for (const oldest of this.known.keys()) {
      if (this.known.size < this.capacity) break;
      this.known.delete(oldest);
    }
    this.known.set(sessionId, { text, principal });
    return principal;
  }
}
