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
