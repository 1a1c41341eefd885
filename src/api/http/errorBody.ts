import type { SmartAuditError } from '../../errors.js';

/** The body that every error has: the description's schema `Error`. */
export function errorBody(error: SmartAuditError, requestId: string): object {
  return {
    detail: error.message,
    status_code: error.statusCode,
    code: error.code,
    request_id: requestId,
    ...(error.errors && { errors: error.errors }),
  };
}
