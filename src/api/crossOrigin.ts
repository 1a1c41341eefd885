import cors, { type CorsOptions } from 'cors';
import type { RequestHandler } from 'express';

/** What pages of other origins may do and see, where they may call at all. */
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
 * Lets the pages of these origins call the API and read its answers, with credentials; and every page, without, read what
 * is at the open paths. Nobody else is told anything.
 */
export function crossOriginHeaders(origins: readonly string[], openPaths: ReadonlySet<string>): RequestHandler {
  const toEverybody = cors({ ...forPages, origin: '*' });
  const toOurPages = cors({ ...forPages, origin: true, credentials: true });
  return function setCrossOriginHeaders(req, res, next) {
    if (openPaths.has(req.path)) {
      res.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
      return toEverybody(req, res, next);
    }
    // Only pages say where they come from; for everybody else there is nothing to allow.
    res.setHeader('Vary', 'Origin');
    const { origin } = req.headers;
    if (origin === undefined || !origins.includes(origin)) return next();
    toOurPages(req, res, next);
  };
}

/** Any other OPTIONS goes on, to be told that it is not allowed. */
export const answerPreflight: RequestHandler = (req, res, next) => {
  if (req.method !== 'OPTIONS' || !req.headers['access-control-request-method']) return next();
  res.statusCode = 204;
  res.setHeader('Content-Length', '0');
  res.end();
};
