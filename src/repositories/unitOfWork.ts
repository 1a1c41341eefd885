import type { Transaction } from 'sequelize';

/** A transaction, with the ids of the sessions and accounts that it changes: their cache entries become stale. */
export class UnitOfWork {
  readonly sessionIds = new Set<string>();
  readonly userIds = new Set<string>();

  constructor(readonly transaction: Transaction) {}
}

/** @throws Error outside a transaction, where the change would not invalidate the session cache */
export function required(work: UnitOfWork | undefined): UnitOfWork {
  if (!work) throw new Error('Change sessions and accounts only in a transaction.');
  return work;
}
