import type { Transaction } from 'sequelize';

/** A transaction, and what it changes that a cache may remember. */
export class UnitOfWork {
  /** Sessions that it ends. */
  readonly sessionIds = new Set<string>();
  /** Accounts that it changes. */
  readonly userIds = new Set<string>();

  constructor(readonly transaction: Transaction) {}
}

/** @throws Error outside of a transaction, where a change would not reach the cache of sessions */
export function required(work: UnitOfWork | undefined): UnitOfWork {
  if (!work) throw new Error('Sessions and accounts are changed in a transaction only.');
  return work;
}
