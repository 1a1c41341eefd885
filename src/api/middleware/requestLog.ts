import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import type { Logger } from '../../observability/logger.js';
import type { Metrics } from '../../observability/metrics.js';

const wellFormed = /^[A-Za-z0-9._-]{1,128}$/;

/** The client's X-Request-Id if it is well-formed, else a new one. */
function requestId(req: Request): string {
  const wanted = req.headers['x-request-id'];
  return typeof wanted === 'string' && wellFormed.test(wanted) ? wanted : randomUUID();
}

/** 503 is expected during outages and overload; another line has the cause. */
function levelOf(status: number): 'info' | 'warn' | 'error' {
  if (status < 500) return 'info';
  return status === 503 ? 'warn' : 'error';
}

/** The fields of a request's log line: no headers, body or query, which may hold secrets. */
function summary(req: Request, res: Response, durationMs: number): object {
  return {
    request_id: req.id,
    method: req.method,
    path: req.path,
    operation: req.operationId ?? null,
    status: res.writableEnded ? res.statusCode : null,
    duration_ms: Math.round(durationMs),
    user_id: req.principal?.user.id ?? null,
    ...req.trace,
    ...(res.writableEnded ? {} : { aborted: true }),
  };
}

/**
 * Assigns the request id; when the response has ended or been aborted, counts the request and writes one log line. Not
 * pino-http, which makes two child loggers for each request.
 */
export function createRequestLog(logger: Logger, { requests }: Pick<Metrics, 'requests'>): RequestHandler {
  // These lines have known fields only, so there is nothing to redact.
  const lines = logger.child({}, { redact: [] });
  return function logRequest(req, res, next) {
    const begunAt = performance.now();
    req.id = requestId(req);
    res.setHeader('X-Request-Id', req.id);
    res.once('close', () => {
      const durationMs = performance.now() - begunAt;
      const status = res.writableEnded ? res.statusCode : 499;
      requests.labels(req.operationId ?? 'none', String(status)).observe(durationMs / 1000);
      const level = levelOf(status);
      if (lines.isLevelEnabled(level)) lines[level](summary(req, res, durationMs), 'Request');
    });
    next();
  };
}
