import type { Transaction } from 'sequelize';
import type { Principal } from '../domain/principal.js';
import type { ReadPrincipal, SessionCache } from './sessionCache.js';

/**
 * The cache as one transaction sees it: it knows which sessions that has blocked. They are released when it is certain
 * that it was committed, and not by Sequelize's afterCommit, which also follows a COMMIT without an answer: that may still
 * be applied, so the blocks have to run out by themselves.
 */
export class BlockedSessions implements SessionCache {
  private readonly sessionIds = new Set<string>();
  private transaction: Transaction | undefined;

  constructor(private readonly cache: SessionCache) {}

  async find(sessionId: string, read: ReadPrincipal): Promise<Principal | undefined> {
    return this.cache.find(sessionId, read);
  }

  async block(sessionIds: readonly string[], transaction: Transaction): Promise<void> {
    for (const id of sessionIds) this.sessionIds.add(id);
    this.transaction = transaction;
    await this.cache.block(sessionIds, transaction);
  }

  async release(sessionIds: readonly string[], transaction: Transaction): Promise<void> {
    await this.cache.release(sessionIds, transaction);
  }

  /** When the transaction is committed for certain. Never rejects. */
  async releaseAll(): Promise<void> {
    if (this.transaction) await this.cache.release([...this.sessionIds], this.transaction);
  }
}
