import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import type { Logger } from '../core/logger.js';
import type { Metrics } from '../core/metrics.js';

const wellFormed = /^[A-Za-z0-9._-]{1,128}$/;

/** The client's X-Request-Id if it is well-formed, else a new one. */
function requestId(req: Request): string {
  const wanted = req.headers['x-request-id'];
  return typeof wanted === 'string' && wellFormed.test(wanted) ? wanted : randomUUID();
}

/** 503 is what the server means to answer when a part fails or there is too much to do; why, another line says. */
function levelOf(status: number): 'info' | 'warn' | 'error' {
  if (status < 500) return 'info';
  return status === 503 ? 'warn' : 'error';
}

/** What a line says of a request: never a header, a body or a query, where secrets could be. */
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
 * Gives each request its id, which the answer carries back; counts it, and writes one line for it, when it has been
 * answered or given up. Not pino-http, which makes two child loggers for each request, also where nothing is logged: a
 * sixth of the time of a request (docs/performance.md).
 */
export function createRequestLog(logger: Logger, { requests }: Pick<Metrics, 'requests'>): RequestHandler {
  // These lines have named fields only, and looking for secrets in each costs as much as all the rest of a line.
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
