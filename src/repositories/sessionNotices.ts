import type { Sequelize, Transaction } from 'sequelize';
import { runSql } from './runSql.js';

/** The channel of PostgreSQL on which processes without Redis tell each other of sessions that have changed, by their ids. */
export const sessionChannel = 'smart_audit_sessions';

/** Tells whoever listens, if and when the transaction is committed. */
export async function announceChange(
  sequelize: Sequelize,
  sessionIds: readonly string[],
  transaction: Transaction,
): Promise<void> {
  const sql = 'SELECT pg_notify($1, id::text) FROM unnest($2::uuid[]) AS id';
  await runSql(sequelize, sql, [sessionChannel, [...sessionIds]], transaction);
}
