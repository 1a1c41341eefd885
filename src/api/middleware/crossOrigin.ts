import cors, { type CorsOptions } from 'cors';
import type { Request, RequestHandler } from 'express';
import { isAllowedOrigin, type AllowedOrigins } from '../http/allowedOrigins.js';

/** What pages may send and read: any header that they ask for, by the methods of the API. */
const forPages: CorsOptions = {
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  maxAge: 600,
  preflightContinue: true,
};

/** A list of header names, as browsers write it (Fetch, section 4.8), of a length that is safe to echo. */
const namesOfHeaders = /^[\w!#$%&'*+.^`|~, -]{1,1024}$/;

/** Header fields that pages can read anyway (Fetch, section 2.2.2), and one that they can never read. */
const notExposed = [
  'cache-control',
  'content-language',
  'content-length',
  'content-type',
  'expires',
  'last-modified',
  'pragma',
  'set-cookie',
];

interface CrossOriginRules {
  /** Their pages may call the API with credentials. */
  origins: AllowedOrigins;
  /** Pages of every origin may read these, without credentials. */
  openPaths: ReadonlySet<string>;
  /** The headers that the description declares, which pages may read. */
  responseHeaders: readonly string[];
}

/**
 * CORS, by the package of that name, which allows the headers that a preflight asks for. Requests of other origins get no CORS
 * headers.
 */
export function crossOriginHeaders({ origins, openPaths, responseHeaders }: CrossOriginRules): RequestHandler {
  const exposedHeaders = responseHeaders.filter((name) => !notExposed.includes(name.toLowerCase()));
  const toEveryPage = cors({ ...forPages, exposedHeaders, origin: '*' });
  const toAllowedPages = cors({ ...forPages, exposedHeaders, origin: true, credentials: true });
  return function setCrossOriginHeaders(req, res, next) {
    const asked = req.method === 'OPTIONS' ? req.headers['access-control-request-headers'] : undefined;
    if (asked !== undefined && !namesOfHeaders.test(asked)) delete req.headers['access-control-request-headers'];
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
