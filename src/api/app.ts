import express, { type Express } from 'express';
import type { Config } from '../config/config.js';
import type { Logger } from '../observability/logger.js';
import type { Metrics } from '../observability/metrics.js';
import type { Tracing } from '../observability/tracing/tracing.js';
import type { CreateCounter } from '../security/requestCounter.js';
import { crossOriginHeaders } from './middleware/crossOrigin.js';
import { publicPath } from './http/publicPath.js';
import { trustCanonicalAddresses } from './http/trustCanonicalAddresses.js';
import { createErrorHandler } from './middleware/errorHandler.js';
import { RateLimits } from './middleware/rateLimiter.js';
import { createRequestLog } from './middleware/requestLog.js';
import { traceRequests } from './middleware/requestTrace.js';
import { securityHeaders } from './middleware/securityHeaders.js';
import { pathsWith, readDescription, responseHeadersOf } from './openapi/description.js';
import { createRouter, type Api } from './openapi/router.js';

interface AppDependencies {
  config: Config;
  logger: Logger;
  metrics: Metrics;
  createCounter: CreateCounter;
  tracing: Tracing;
}

/**
 * Creates the Express application that serves an API.
 * @throws DescriptionError if the description cannot be served safely
 */
export async function createApp(api: Api, dependencies: AppDependencies): Promise<Express> {
  const { config, logger, metrics, createCounter, tracing } = dependencies;
  const description = await readDescription();
  const rateLimits = new RateLimits(config.rateLimitFactor, createCounter, metrics);
  const router = await createRouter({ ...api, description, rateLimits, publicPath: publicPath(config.publicUrl) });
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', config.trustProxy);
  trustCanonicalAddresses(app);
  if (tracing.isOn) app.use(traceRequests(tracing, description));
  app.use(createRequestLog(logger, metrics));
  app.use(securityHeaders({ hsts: config.hsts }));
  app.use(
    crossOriginHeaders({
      origins: config.corsOrigins,
      openPaths: pathsWith('x-open-to-every-origin', description),
      responseHeaders: responseHeadersOf(description),
    }),
  );
  app.use(router);
  app.use(createErrorHandler(logger));
  return app;
}
