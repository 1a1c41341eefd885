import pg from 'pg';
import type { Sequelize, Transaction } from 'sequelize';

/** What Sequelize's transactions have and do not declare. */
interface Running {
  connection: pg.Client;
  finished?: 'commit' | 'rollback';
}

/**
 * Runs a statement that is written in SQL on a connection of Sequelize's pool, and returns its rows.
 *
 * `Sequelize.query` could do so too. But it rewrites the placeholders of a statement, takes a stack trace in case, and
 * tries a dozen patterns on the text, to find out what it should make of the answer: a quarter of what a statement costs
 * here, and a tenth of a GET whose session is read (docs/performance.md).
 * @param values for $1, $2, ...
 * @throws pg.DatabaseError where PostgreSQL refuses it, and what Sequelize or the connection throw where there is no answer
 */
export async function runSql<Row extends object>(
  sequelize: Sequelize,
  sql: string,
  values: unknown[],
  transaction: Transaction | null = null,
): Promise<Row[]> {
  if (transaction) return runOn(connectionOf(transaction), sql, values);
  const { connectionManager } = sequelize;
  const connection = (await connectionManager.getConnection({ type: 'write' })) as pg.Client;
  try {
    return await runOn(connection, sql, values);
  } finally {
    connectionManager.releaseConnection(connection);
  }
}

/** @throws Error for a transaction that has ended: its connection may be somebody else's by now */
function connectionOf(transaction: Transaction): pg.Client {
  const { connection, finished } = transaction as unknown as Running;
  if (finished) throw new Error(`A statement came after the ${finished} of its transaction.`);
  return connection;
}

async function runOn<Row extends object>(connection: pg.Client, sql: string, values: unknown[]): Promise<Row[]> {
  try {
    return (await connection.query<Row>(sql, values)).rows;
  } catch (error) {
    // No answer: it may still come, so nobody can ask anything else there.
    if (!(error instanceof pg.DatabaseError)) void connection.end();
    throw error;
  }
}
