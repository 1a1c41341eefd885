import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request, RequestHandler } from 'express';
import { pinoHttp } from 'pino-http';
import type { Logger } from '../core/logger.js';

const wellFormed = /^[A-Za-z0-9._-]{1,128}$/;

/** The client's X-Request-Id if it is well-formed, else a new one; the answer carries it back. */
function requestId(req: IncomingMessage, res: ServerResponse): string {
  const wanted = req.headers['x-request-id'];
  const id = typeof wanted === 'string' && wellFormed.test(wanted) ? wanted : randomUUID();
  res.setHeader('X-Request-Id', id);
  return id;
}

/** The id of this request, in the log and in its answer. */
export function requestIdOf(req: Request): string {
  return req.id as string;
}

/** What a line says of a request: never a header, a body or a query, where secrets could be. */
function summary(req: Request, res: ServerResponse, durationMs: number): object {
  return {
    method: req.method,
    path: req.path,
    operation: req.operationId ?? null,
    status: res.writableEnded ? res.statusCode : null,
    duration_ms: durationMs,
    user_id: req.principal?.user.id ?? null,
    ...(res.writableEnded ? {} : { aborted: true }),
  };
}

/** Writes one line for each request, when it has been answered or given up. */
export function createRequestLog(logger: Logger): RequestHandler {
  return pinoHttp<Request>({
    // These lines have named fields only, and looking for secrets in each costs as much as all the rest of a line.
    logger: logger.child({}, { redact: [] }),
    genReqId: requestId,
    quietReqLogger: true,
    quietResLogger: true,
    customAttributeKeys: { reqId: 'request_id', responseTime: 'duration_ms' },
    serializers: { req: () => undefined },
    customLogLevel: (_req, res) => (res.statusCode >= 500 ? 'error' : 'info'),
    customSuccessObject: (req, res, { duration_ms }: { duration_ms: number }) => summary(req, res, duration_ms),
    customErrorObject: (req, res, _error, { duration_ms }: { duration_ms: number }) => summary(req, res, duration_ms),
    customSuccessMessage: () => 'Request',
    customErrorMessage: () => 'Request',
  });
}
