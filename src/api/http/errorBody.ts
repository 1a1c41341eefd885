import type { SmartAuditError } from '../../errors.js';

/** The response body of an error: the description's schema `Error`. */
export function errorBody(error: SmartAuditError, requestId: string): object {
  return {
    detail: error.message,
    status_code: error.statusCode,
    code: error.code,
    request_id: requestId,
    ...(error.errors && { errors: error.errors }),
  };
}
