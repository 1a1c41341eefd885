import { ConnectionError, DatabaseError, TimeoutError, UniqueConstraintError } from 'sequelize';
import { DatabaseUnavailableError, InvalidInputError, SmartAuditError } from '../core/errors.js';

/** SQLSTATEs (PostgreSQL, appendix A) for values that no validation before the database refused. */
const valueRefused = /^(22001|22003|22007|22008|22021|22P02|22P05|23514)$/;

/**
 * SQLSTATEs for a server that cannot answer now: connection, resources, shutdown, statement or lock time-out, deadlock,
 * and one that takes no writes because another has become the primary.
 */
const cannotAnswer = /^(08...|53...|57P0.|57014|55P03|25P03|25006|40001|40P01)$/;

/** What the system says of a connection, such as ECONNRESET or EHOSTUNREACH. */
const systemError = /^E[A-Z]+$/;

/** The client's own errors when a connection breaks or a query takes too long; they carry no code. */
const connectionLost = /timeout|terminated|connection ended|not queryable/i;

function isUnavailable(error: unknown): boolean {
  if (error instanceof ConnectionError || error instanceof TimeoutError) return true;
  if (!(error instanceof Error) || error instanceof SmartAuditError) return false;
  // Sequelize hands the errors of a connection that is just being made on as they are.
  return isOutage(error instanceof DatabaseError ? error.original : error);
}

function isOutage({ code = '', message }: Error & { code?: string }): boolean {
  return code === '' ? connectionLost.test(message) : cannotAnswer.test(code) || systemError.test(code);
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
