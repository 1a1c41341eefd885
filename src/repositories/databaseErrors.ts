import { ConnectionError, TimeoutError } from 'sequelize';
import { DatabaseUnavailableError, InvalidInputError, SmartAuditError } from '../errors.js';

/** SQLSTATE (PostgreSQL, appendix A). */
const uniqueViolation = '23505';

/** SQLSTATEs for values that no validation before the database refused. */
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
  return isOutage(originalOf(error));
}

interface ClientError {
  code?: string;
  constraint?: string;
  message?: string;
}

/** What the client said: Sequelize wraps it for its own statements, but not for connections that are just being made. */
function originalOf(error: unknown): ClientError {
  return (error as { original?: ClientError } | undefined)?.original ?? (error as ClientError | undefined) ?? {};
}

function isOutage({ code = '', message = '' }: ClientError): boolean {
  return code === '' ? connectionLost.test(message) : cannotAnswer.test(code) || systemError.test(code);
}

/** The domain error that this database error means, or the error itself where it means none. */
function domainError(error: unknown): unknown {
  if (isUnavailable(error)) return new DatabaseUnavailableError(error);
  if (valueRefused.test(originalOf(error).code ?? '')) {
    return new InvalidInputError([{ path: '/body', message: 'has a value that cannot be stored' }], { cause: error });
  }
  return error;
}

/** Whether this is the violation of the named unique index. */
export function violates(error: unknown, uniqueIndex: string): boolean {
  const { code, constraint } = originalOf(error);
  return code === uniqueViolation && constraint === uniqueIndex;
}

/** Runs a query and throws what its failure means. */
export async function translateErrors<T>(query: () => Promise<T>): Promise<T> {
  try {
    return await query();
  } catch (error) {
    throw domainError(error);
  }
}
