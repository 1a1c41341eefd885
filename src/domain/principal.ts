import type { User } from './user.js';

/** The caller of a secured operation. */
export interface Principal {
  user: User;
  sessionId: string;
  /** When the session ends unless it is refreshed. */
  expiresAt: Date;
}
