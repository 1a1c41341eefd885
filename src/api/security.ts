import cors from 'cors';
import type { RequestHandler } from 'express';
import helmet from 'helmet';

const oneYear = 31_536_000;

/** The security headers of every answer. Pages of their own, such as the documentation, bring a policy of their own. */
export function securityHeaders({ hsts }: { hsts: boolean }): RequestHandler {
  return helmet({
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    strictTransportSecurity: hsts && { maxAge: oneYear, includeSubDomains: true },
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
    // For browsers and plug-ins that are gone, or of no meaning for what is served here: bytes and time on every answer.
    originAgentCluster: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
  });
}

/** Every JSON answer is somebody's own unless its handler says otherwise. */
export const noStore: RequestHandler = (_req, res, next) => {
  res.setHeader('Cache-Control', 'no-store');
  next();
};

/** Lets the pages of these origins call the API and read its answers, with credentials. */
export function crossOrigin(origins: readonly string[]): RequestHandler[] {
  const headers = cors({
    origin: [...origins],
    credentials: true,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: ['Authorization', 'Content-Type', 'If-None-Match', 'X-Request-Id'],
    exposedHeaders: ['ETag', 'RateLimit', 'RateLimit-Policy', 'Retry-After', 'WWW-Authenticate', 'X-Request-Id'],
    maxAge: 600,
    preflightContinue: true,
  });
  return [onlyFromPages(headers), answerPreflight];
}

/** Only pages say where they come from; for everybody else there is nothing to allow. */
function onlyFromPages(headers: RequestHandler): RequestHandler {
  return function crossOriginHeaders(req, res, next) {
    if (req.headers.origin !== undefined) return headers(req, res, next);
    res.setHeader('Vary', 'Origin');
    next();
  };
}

/** Any other OPTIONS goes on, to be told that it is not allowed. */
const answerPreflight: RequestHandler = (req, res, next) => {
  if (req.method !== 'OPTIONS' || !req.headers['access-control-request-method']) return next();
  res.statusCode = 204;
  res.setHeader('Content-Length', '0');
  res.end();
};
