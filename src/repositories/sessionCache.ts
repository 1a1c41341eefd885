import type { Transaction } from 'sequelize';
import type { Principal } from '../domain/principal.js';

/** Reads who is signed in with a session from the database; undefined for one that has ended or expired. */
export type ReadPrincipal = () => Promise<Principal | undefined>;

/**
 * Remembers who is signed in with which session. What changes sessions or their people says so twice: in the transaction
 * that changes them, from when on they are read from the database, and when that is committed.
 */
export interface SessionCache {
  /** Who is signed in with a session: as remembered, or else as read. */
  find(sessionId: string, read: ReadPrincipal): Promise<Principal | undefined>;
  /** Within a transaction, before it is committed: these sessions are not to be remembered. */
  block(sessionIds: readonly string[], transaction: Transaction): Promise<void>;
  /** When it is certain that it was committed: these sessions may be read and remembered anew. Never rejects. */
  release(sessionIds: readonly string[], transaction: Transaction): Promise<void>;
}
