import type { Sequelize, Transaction } from 'sequelize';
import { BlockedSessions } from './blockedSessions.js';
import { runSql } from './runSql.js';
import type { SessionCache } from './sessionCache.js';

/** What a change has done, and to which sessions. */
export interface Changed<T> {
  result: T;
  sessionIds: readonly string[];
}

/** Changes of sessions and of their people, in transactions whose end whoever remembers them is told of. */
export class SessionChanges {
  /**
   * @param cache that of the transaction, which releases what it blocks when that is committed
   * @param transaction the one that all changes are part of; null: each is one of its own
   */
  constructor(
    private readonly sequelize: Sequelize,
    private readonly cache: SessionCache,
    private readonly transaction: Transaction | null,
  ) {}

  async make<T>(change: (transaction: Transaction) => Promise<Changed<T>>): Promise<T> {
    if (this.transaction) return this.makeIn(this.transaction, this.cache, change);
    const blocked = new BlockedSessions(this.cache);
    const result = await this.sequelize.transaction((transaction) => this.makeIn(transaction, blocked, change));
    await blocked.releaseAll();
    return result;
  }

  /** The sessions of somebody whose row this transaction has changed: as no other can begin until it ends, these are all. */
  async sessionsOf(userId: string, transaction: Transaction): Promise<string[]> {
    const sql = 'SELECT id FROM sessions WHERE user_id = $1';
    const rows = await runSql<{ id: string }>(this.sequelize, sql, [userId], transaction);
    return rows.map(({ id }) => id);
  }

  private async makeIn<T>(
    transaction: Transaction,
    cache: Pick<SessionCache, 'block'>,
    change: (transaction: Transaction) => Promise<Changed<T>>,
  ): Promise<T> {
    const { result, sessionIds } = await change(transaction);
    if (sessionIds.length > 0) await cache.block(sessionIds, transaction);
    return result;
  }
}
