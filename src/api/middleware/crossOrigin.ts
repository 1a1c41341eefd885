import cors, { type CorsOptions } from 'cors';
import type { Request, RequestHandler } from 'express';
import { isAllowedOrigin, type AllowedOrigins } from '../http/allowedOrigins.js';

/** What pages of allowed origins may send and read. */
const forPages: CorsOptions = {
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  allowedHeaders: ['Authorization', 'Content-Type', 'If-None-Match', 'Prefer', 'X-Request-Id'],
  exposedHeaders: [
    'ETag',
    'Preference-Applied',
    'RateLimit',
    'RateLimit-Policy',
    'Retry-After',
    'WWW-Authenticate',
    'X-Request-Id',
  ],
  maxAge: 600,
  preflightContinue: true,
};

/**
 * CORS: pages of these origins may call the API with credentials; pages of every origin may read the open paths without.
 * No other request gets CORS headers.
 */
export function crossOriginHeaders(origins: AllowedOrigins, openPaths: ReadonlySet<string>): RequestHandler {
  const toEveryPage = cors({ ...forPages, origin: '*' });
  const toAllowedPages = cors({ ...forPages, origin: true, credentials: true });
  return function setCrossOriginHeaders(req, res, next) {
    if (openPaths.has(req.path)) {
      res.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
      return toEveryPage(req, res, next);
    }
    // Only browsers send Origin: other clients need no CORS headers.
    res.setHeader('Vary', 'Origin');
    if (!isAllowedOrigin(req.headers.origin, origins)) return next();
    toAllowedPages(req, res, next);
  };
}

/** Whether a request is a preflight. Any other OPTIONS request gets a 405. */
export function isPreflight({ method, headers }: Request): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}
