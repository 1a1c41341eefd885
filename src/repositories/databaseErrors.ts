import { ConnectionError, TimeoutError } from 'sequelize';
import { DatabaseUnavailableError, InvalidInputError, SmartAuditError } from '../errors.js';

/** SQLSTATE (PostgreSQL, appendix A). */
const uniqueViolation = '23505';

/** SQLSTATEs for values that passed the request validation but cannot be stored. */
const valueRefused = /^(22001|22003|22007|22008|22021|22P02|22P05|23514)$/;

/** SQLSTATEs of outages: connection, resources, shutdown, timeout, deadlock, and a failover to another primary. */
const cannotAnswer = /^(08...|53...|57P0.|57014|55P03|25P03|25006|40001|40P01)$/;

/** System errors such as ECONNRESET or EHOSTUNREACH. */
const systemError = /^E[A-Z]+$/;

/** Messages of the pg client's own errors, which have no code. */
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

/** The pg client's error. Sequelize wraps it for statements, but not while it connects. */
function originalOf(error: unknown): ClientError {
  return (error as { original?: ClientError } | undefined)?.original ?? (error as ClientError | undefined) ?? {};
}

function isOutage({ code = '', message = '' }: ClientError): boolean {
  return code === '' ? connectionLost.test(message) : cannotAnswer.test(code) || systemError.test(code);
}

/** The domain error for a database error; the error itself if there is none. */
function domainError(error: unknown): unknown {
  if (isUnavailable(error)) return new DatabaseUnavailableError(error);
  if (valueRefused.test(originalOf(error).code ?? '')) {
    return new InvalidInputError([{ path: '/body', message: 'has a value that cannot be stored' }], { cause: error });
  }
  return error;
}

/** Whether the error is a violation of this unique index. */
export function violates(error: unknown, uniqueIndex: string): boolean {
  const { code, constraint } = originalOf(error);
  return code === uniqueViolation && constraint === uniqueIndex;
}

/** Runs a query and translates its errors to domain errors. */
export async function translateErrors<T>(query: () => Promise<T>): Promise<T> {
  try {
    return await query();
  } catch (error) {
    throw domainError(error);
  }
}
