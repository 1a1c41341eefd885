import type { ErrorRequestHandler, Request } from 'express';
import { OverloadedError, SmartAuditError } from '../../errors.js';
import type { Logger } from '../../observability/logger.js';
import { errorBody, writeJson } from '../http/replyWriter.js';

/** Unexpected error: generic to the client, full cause in the log. */
class UnexpectedError extends SmartAuditError {
  constructor(cause: unknown) {
    super(500, 'internal_error', 'Something went wrong on our side. Report it with the request_id.', { cause });
  }
}

/**
 * Renders any error as the standard body and logs it: server errors always, others at debug level. Overload is logged
 * without a stack, because it may happen thousands of times.
 */
export function createErrorHandler(logger: Logger): ErrorRequestHandler {
  return function handleError(thrown: unknown, req: Request, res, next) {
    const error = thrown instanceof SmartAuditError ? thrown : new UnexpectedError(thrown);
    const requestId = req.id;
    if (error instanceof OverloadedError) {
      logger.warn({ code: error.code, request_id: requestId }, 'Request refused');
    } else if (error.statusCode >= 500) {
      logger.error({ err: error.cause ?? error, code: error.code, request_id: requestId }, 'Request failed');
    } else {
      logger.debug({ status: error.statusCode, code: error.code, request_id: requestId }, 'Request refused');
    }
    // The response is under way: Express then closes the connection, so that the client sees that it is incomplete.
    if (res.headersSent) return next(thrown);
    for (const [name, value] of Object.entries(error.headers)) res.setHeader(name, value);
    writeJson(res, error.statusCode, errorBody(error, requestId));
  };
}
