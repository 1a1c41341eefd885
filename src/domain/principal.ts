import type { User } from './user.js';

/** Who is calling a secured operation: as the database has it for this very request, or the cache that it clears. */
export interface Principal {
  user: User;
  sessionId: string;
  /** When the session ends if it is not used to refresh. */
  expiresAt: Date;
}
