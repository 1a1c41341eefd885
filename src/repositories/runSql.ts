import { createHash } from 'node:crypto';
import pg from 'pg';
import type { Sequelize, Transaction } from 'sequelize';

/** What Sequelize's transactions have and do not declare. */
interface Running {
  connection: pg.Client;
  finished?: 'commit' | 'rollback';
}

/**
 * Runs a statement that is written in SQL on a connection of Sequelize's pool, and returns its rows. Outside of transactions
 * each connection has PostgreSQL prepare it once.
 *
 * `Sequelize.query` could run it too. But it rewrites the placeholders of a statement, takes a stack trace in case, and
 * tries a dozen patterns on the text, to find out what it should make of the answer; and it prepares nothing. Both are
 * measured in docs/performance.md.
 * @param sql one of few: it is kept as long as the process
 * @param values for $1, $2, ...
 * @throws pg.DatabaseError where PostgreSQL refuses it, and what Sequelize or the connection throw where there is no answer
 */
export async function runSql<Row extends object>(
  sequelize: Sequelize,
  sql: string,
  values: unknown[],
  transaction: Transaction | null = null,
): Promise<Row[]> {
  if (transaction) return runOn(connectionOf(transaction), { text: sql, values });
  if (forgetful.has(sequelize)) return runOnAny(sequelize, { text: sql, values });
  try {
    return await runOnAny(sequelize, { name: nameOf(sql), text: sql, values });
  } catch (error) {
    if (!isNotPrepared(error)) throw error;
    forgetful.add(sequelize);
    return runOnAny(sequelize, { text: sql, values });
  }
}

/**
 * Pools of which nothing is prepared any more: behind their connections others change places, as with PgBouncer before 1.21,
 * and what one has prepared another does not know, or knows already; or a migration has changed the columns of what they
 * had prepared, and they are about to be replaced by servers of the next version.
 */
const forgetful = new WeakSet<Sequelize>();

/**
 * SQLSTATEs (PostgreSQL, appendix A) of what is said before anything is done: there is no such prepared statement, there is
 * one already, and its columns have changed since.
 */
const notPrepared = new Set(['26000', '42P05', '0A000']);

function isNotPrepared(error: unknown): boolean {
  return error instanceof pg.DatabaseError && notPrepared.has(error.code ?? '');
}

const names = new Map<string, string>();

/** The same name for the same text in all processes: behind a pool they may share connections. */
function nameOf(sql: string): string {
  let name = names.get(sql);
  if (name === undefined) {
    name = createHash('sha256').update(sql).digest('base64url').slice(0, 22);
    names.set(sql, name);
  }
  return name;
}

async function runOnAny<Row extends object>(sequelize: Sequelize, query: pg.QueryConfig): Promise<Row[]> {
  const { connectionManager } = sequelize;
  const connection = (await connectionManager.getConnection({ type: 'write' })) as pg.Client;
  try {
    return await runOn(connection, query);
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

async function runOn<Row extends object>(connection: pg.Client, query: pg.QueryConfig): Promise<Row[]> {
  try {
    return (await connection.query<Row>(query)).rows;
  } catch (error) {
    if (!isRefusal(error)) void connection.end();
    throw error;
  }
}

/** SQLSTATEs (PostgreSQL, appendix A) of the last words of a connection. PostgreSQL may tell their severity in any language. */
const lastWords = /^(08...|25P03|57P0.)$/;

/** Otherwise there was no answer, which may still come, or it was the last one: nobody can ask anything else there. */
function isRefusal(error: unknown): boolean {
  return error instanceof pg.DatabaseError && !lastWords.test(error.code ?? '');
}
