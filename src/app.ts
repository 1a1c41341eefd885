import type { KeyObject } from 'node:crypto';
import express, { type Express } from 'express';
import type { Sequelize } from 'sequelize';
import { createAuthentication } from './api/authentication.js';
import { authenticationController } from './api/controllers/authenticationController.js';
import { documentationController } from './api/controllers/documentationController.js';
import { serviceController } from './api/controllers/serviceController.js';
import { usersController } from './api/controllers/usersController.js';
import { readDescription } from './api/description.js';
import { Documentation } from './api/documentation.js';
import { createErrorHandler } from './api/errorHandler.js';
import type { Handlers } from './api/operation.js';
import { createRequestLog } from './api/requestLog.js';
import { createRouter } from './api/router.js';
import { crossOrigin, noStore, securityHeaders } from './api/security.js';
import { AccessTokenIssuer } from './core/accessToken.js';
import type { Config } from './core/config.js';
import type { Logger } from './core/logger.js';
import type { PasswordHasher } from './core/passwordHasher.js';
import { MigrationStatus } from './db/migrator.js';
import { defineUserModel } from './models/user.js';
import { UserRepository } from './repositories/userRepository.js';
import { AuthService } from './services/authService.js';
import { SecurityEvents } from './services/securityEvents.js';
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

/**
 * The whole application, ready to be handed to an HTTP server. The only place where classes meet.
 * @throws DescriptionError when the description cannot be served safely
 */
export async function buildApp({ config, logger, sequelize, hasher, key }: Foundations): Promise<Express> {
  const users = new UserRepository(defineUserModel(sequelize));
  const tokens = new AccessTokenIssuer(key, config.accessTokenExpireMinutes);
  const auth = new AuthService(users, hasher, tokens, new SecurityEvents(logger));
  const status = new StatusService(await MigrationStatus.of(sequelize));

  const handlers: Handlers = {
    ...authenticationController(auth),
    ...usersController(new UserService(users)),
    ...serviceController(config, status),
    ...documentationController(await Documentation.read()),
  };
  const router = await createRouter({
    description: await readDescription(),
    handlers,
    authenticate: createAuthentication(key, auth),
    rateLimitFactor: config.rateLimitFactor,
  });

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', config.trustProxy);
  app.use(createRequestLog(logger));
  app.use(securityHeaders({ hsts: config.env === 'production' }));
  app.use(noStore);
  app.use(crossOrigin(config.corsOrigins));
  app.use(router);
  app.use(createErrorHandler(logger));
  return app;
}
