import { ConnectionError, DatabaseError, TimeoutError, UniqueConstraintError } from 'sequelize';
import { DatabaseUnavailableError, InvalidInputError } from '../core/errors.js';

/** SQLSTATEs (PostgreSQL, appendix A) for values that no validation before the database refused. */
const valueRefused = /^(22001|22003|22007|22008|22021|22P02|22P05|23514)$/;

/** SQLSTATEs for a server that cannot answer now: connection, resources, shutdown, statement or lock time-out, deadlock. */
const cannotAnswer = /^(08...|53...|57P0.|57014|55P03|25P03|40001|40P01)$/;

/** The client's own errors when a connection breaks or a query takes too long; they carry no SQLSTATE. */
const connectionLost = /timeout|terminated|connection ended|not queryable|ECONN|EPIPE|ETIMEDOUT/i;

function isUnavailable(error: unknown): boolean {
  if (error instanceof ConnectionError || error instanceof TimeoutError) return true;
  if (!(error instanceof DatabaseError)) return false;
  const state = sqlState(error);
  return state === '' ? connectionLost.test(error.message) : cannotAnswer.test(state) || connectionLost.test(state);
}

function sqlState(error: DatabaseError): string {
  return (error.original as { code?: string }).code ?? '';
}

/** The domain error that this database error means, or the error itself where it means none. */
function domainError(error: unknown): unknown {
  if (isUnavailable(error)) return new DatabaseUnavailableError(error);
  if (error instanceof DatabaseError && valueRefused.test(sqlState(error))) {
    return new InvalidInputError([{ path: '/body', message: 'has a value that cannot be stored' }], { cause: error });
  }
  return error;
}

/** Whether this is the violation of the named unique index. */
export function violates(error: unknown, uniqueIndex: string): boolean {
  return (
    error instanceof UniqueConstraintError && (error.original as { constraint?: string }).constraint === uniqueIndex
  );
}

/** Runs a query and throws what its failure means. */
export async function translateErrors<T>(query: () => Promise<T>): Promise<T> {
  try {
    return await query();
  } catch (error) {
    throw domainError(error);
  }
}
