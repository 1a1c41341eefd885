import { ConnectionError, DatabaseError } from 'sequelize';
import { DatabaseReadOnlyError, DatabaseUnavailableError, InvalidInputError, SmartAuditError } from '../errors.js';
import { readOnly } from './readOnlyServer.js';

/** SQLSTATEs (PostgreSQL, appendix A) for values that passed the request validation but cannot be stored. */
const valueRefused = /^(22001|22003|22007|22008|22021|22P02|22P05|23514)$/;

/** SQLSTATEs of outages: connection, resources, shutdown, timeout and deadlock. */
const cannotAnswer = /^(08...|53...|57P0.|57014|55P03|25P03|40001|40P01)$/;

/** System errors such as ECONNRESET or EHOSTUNREACH. */
const systemError = /^E[A-Z]+$/;

/** Messages of the pg client's own errors, which have no code. */
const connectionLost = /timeout|terminated|connection ended|not queryable/i;

function isOutage({ code = '', message }: NodeJS.ErrnoException): boolean {
  return code === '' ? connectionLost.test(message) : cannotAnswer.test(code) || systemError.test(code);
}

/** Sequelize wraps the driver's errors, except those of its hooks. */
function driverErrorOf(error: Error): NodeJS.ErrnoException {
  return error instanceof DatabaseError || error instanceof ConnectionError ? error.original : error;
}

/** The domain error for an error of Sequelize or the driver; the error itself if there is none. */
function domainError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof SmartAuditError) return error;
  const driverError = driverErrorOf(error);
  if (driverError.code === readOnly) return new DatabaseReadOnlyError(error);
  if (error instanceof ConnectionError || isOutage(driverError)) return new DatabaseUnavailableError(error);
  if (valueRefused.test(driverError.code ?? '')) {
    const fault = { path: '/body', message: 'has a value that cannot be stored', rule: 'storable' };
    return new InvalidInputError([fault], { cause: error });
  }
  return error;
}

/** Runs a query and translates its errors to domain errors. */
export async function translateErrors<T>(query: () => Promise<T>): Promise<T> {
  try {
    return await query();
  } catch (error) {
    throw domainError(error);
  }
}
