import { DatabaseError, QueryTypes, type Sequelize, type Transaction } from 'sequelize';
import { fromSessionDefaults } from './sessionDefaults.js';

/** SQLSTATE (PostgreSQL, appendix A). */
const insufficientPrivilege = '42501';

/** Sequelize has no ALTER ROLE. */
const statementsSql = `
  SELECT format('ALTER ROLE %I IN DATABASE %I SET %s TO %L', coalesce($1::text, session_user), current_database(), name, value)
    AS statement ${fromSessionDefaults}`;

/**
 * Stores `sessionDefaults` for a role in this database, because behind PgBouncer in transaction mode a connection does not keep
 * what its client sets.
 * @param role its name in PostgreSQL's catalogue; undefined: the role of this connection
 * @returns false if the role of this connection may not alter that role
 */
export async function storeSessionDefaults(
  sequelize: Sequelize,
  role: string | undefined,
  transaction: Transaction,
): Promise<boolean> {
  const rows = await sequelize.query<{ statement: string }>(statementsSql, {
    bind: [role ?? null],
    transaction,
    type: QueryTypes.SELECT,
  });
  try {
    // A savepoint: the transaction goes on after a refusal.
    await sequelize.transaction({ transaction }, async (savepoint) => {
      for (const { statement } of rows) await sequelize.query(statement, { transaction: savepoint });
    });
    return true;
  } catch (error) {
    if (error instanceof DatabaseError && 'code' in error.original && error.original.code === insufficientPrivilege) {
      return false;
    }
    throw error;
  }
}
