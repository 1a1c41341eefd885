import type { RequestHandler } from 'express';
import helmet from 'helmet';

const oneYear = 31_536_000;

/**
 * Sets the security headers of every response. The documentation page has its own content security policy.
 * @param hsts false: no Strict-Transport-Security
 */
export function securityHeaders({ hsts }: { hsts: false | { includeSubDomains: boolean } }): RequestHandler {
  const setByHelmet = helmet({
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    strictTransportSecurity: hsts && { maxAge: oneYear, ...hsts },
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
    // For obsolete browsers and plug-ins, or without effect on an API.
    originAgentCluster: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
  });
  return function setSecurityHeaders(req, res, next) {
    // A response may hold personal data. Handlers may say otherwise.
    res.setHeader('Cache-Control', 'no-store');
    setByHelmet(req, res, next);
  };
}
