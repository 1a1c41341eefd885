import type { KeyObject } from 'node:crypto';
import express, { type Express } from 'express';
import type { Sequelize } from 'sequelize';
import { bearerAuthentication, cookieAuthentication, type Authenticate } from './api/authentication.js';
import { authenticationController } from './api/controllers/authenticationController.js';
import { documentationController } from './api/controllers/documentationController.js';
import { serviceController } from './api/controllers/serviceController.js';
import { sessionsController } from './api/controllers/sessionsController.js';
import { usersController } from './api/controllers/usersController.js';
import { openPathsOf, readDescription } from './api/description.js';
import { Documentation } from './api/documentation.js';
import { createErrorHandler } from './api/errorHandler.js';
import type { Handlers } from './api/operation.js';
import { limitEverything } from './api/rateLimiter.js';
import { createRequestLog } from './api/requestLog.js';
import { createRouter } from './api/router.js';
import { answerPreflight, crossOriginHeaders, noStore, securityHeaders } from './api/security.js';
import { AccessTokenIssuer } from './core/accessToken.js';
import type { Config } from './core/config.js';
import type { Logger } from './core/logger.js';
import type { PasswordHasher } from './core/passwordHasher.js';
import { MigrationStatus } from './db/migrator.js';
import { Store } from './repositories/store.js';
import { AuthService } from './services/authService.js';
import { SecurityEvents } from './services/securityEvents.js';
import { SessionService } from './services/sessionService.js';
import { StatusService } from './services/statusService.js';
import { UserService } from './services/userService.js';

/** What the app stands on: everything that has to be opened before it and closed after it. */
export interface Foundations {
  config: Config;
  logger: Logger;
  sequelize: Sequelize;
  hasher: PasswordHasher;
  /** Signs and verifies access tokens. */
  key: KeyObject;
}

/** What the router calls. */
export interface Api {
  handlers: Handlers;
  /** By the description's names of the security schemes. */
  authenticators: Readonly<Record<string, Authenticate>>;
}

/** Wires the classes together. The only place where they meet. */
export async function wire({ config, logger, sequelize, hasher, key }: Foundations): Promise<Api> {
  const store = Store.on(sequelize);
  const events = new SecurityEvents(logger);
  const tokens = new AccessTokenIssuer(key, config.accessTokenExpireMinutes);
  const sessions = new SessionService(store.sessions, tokens, config.sessions, events);
  const auth = new AuthService(store.users, hasher, sessions, events);
  const status = new StatusService(await MigrationStatus.of(sequelize));
  const handlers = {
    ...authenticationController({ auth, sessions }, config.corsOrigins),
    ...sessionsController(sessions),
    ...usersController(new UserService(store.users)),
    ...serviceController(config, status),
    ...documentationController(await Documentation.read()),
  };
  const authenticators = {
    bearerAuth: bearerAuthentication(key, sessions),
    refreshCookie: cookieAuthentication(sessions, config.corsOrigins),
  };
  return { handlers, authenticators };
}

/**
 * The Express application that serves an API, ready to be handed to an HTTP server.
 * @throws DescriptionError when the description cannot be served safely
 */
export async function serve(api: Api, { config, logger }: Pick<Foundations, 'config' | 'logger'>): Promise<Express> {
  const description = await readDescription();
  const router = await createRouter({ ...api, description, rateLimitFactor: config.rateLimitFactor });
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', config.trustProxy);
  app.use(createRequestLog(logger));
  app.use(securityHeaders({ hsts: config.env === 'production' }));
  app.use(noStore);
  app.use(crossOriginHeaders(config.corsOrigins, openPathsOf(description)));
  app.use(limitEverything(description, config.rateLimitFactor));
  app.use(answerPreflight);
  app.use(router);
  app.use(createErrorHandler(logger));
  return app;
}
