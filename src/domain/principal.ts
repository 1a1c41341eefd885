import type { User } from './user.js';

/** Who is calling a secured operation, as read from the database for this very request. */
export interface Principal {
  user: User;
  sessionId: string;
}
