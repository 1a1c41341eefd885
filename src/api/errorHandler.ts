import type { ErrorRequestHandler, Request } from 'express';
import { OverloadedError, SmartAuditError } from '../core/errors.js';
import type { Logger } from '../core/logger.js';
import { errorBody } from './errorBody.js';
import { writeJson } from './replyWriter.js';

/** An error nobody meant: outside it says nothing, inside all. */
class UnexpectedError extends SmartAuditError {
  constructor(cause: unknown) {
    super(500, 'internal_error', 'Something went wrong on our side. Report it with the request_id.', { cause });
  }
}

/**
 * Renders any error as the standard body, and logs it: those that are the server's fault always, others at debug. That there
 * is too much to do is nobody's fault: it is told without where it came from, for it may come by the thousand.
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
    // Half an answer cannot be taken back: express then ends the connection, so that the client sees it is broken.
    if (res.headersSent) return next(thrown);
    for (const [name, value] of Object.entries(error.headers)) res.setHeader(name, value);
    writeJson(res, error.statusCode, errorBody(error, requestId));
  };
}
