import { join } from 'node:path';
import express, { type Express } from 'express';
import type PgBoss from 'pg-boss';
import { QueryTypes, type Sequelize } from 'sequelize';
import { bearerAuthentication, cookieAuthentication, type Authenticate } from './api/authentication.js';
import { administrationController } from './api/controllers/administrationController.js';
import { authenticationController } from './api/controllers/authenticationController.js';
import { documentationController } from './api/controllers/documentationController.js';
import { recoveryController } from './api/controllers/recoveryController.js';
import { serviceController } from './api/controllers/serviceController.js';
import { sessionsController } from './api/controllers/sessionsController.js';
import { usersController } from './api/controllers/usersController.js';
import { answerPreflight, crossOriginHeaders } from './api/crossOrigin.js';
import { openPathsOf, readDescription } from './api/description.js';
import { Documentation } from './api/documentation.js';
import { createErrorHandler } from './api/errorHandler.js';
import type { Handlers } from './api/operation.js';
import { limitEverything, RateLimits } from './api/rateLimiter.js';
import { createRequestLog } from './api/requestLog.js';
import { traceRequests } from './api/requestTrace.js';
import { createRouter } from './api/router.js';
import { noStore, securityHeaders } from './api/securityHeaders.js';
import { AccessTokenIssuer } from './core/accessToken.js';
import { ActionTokens } from './core/actionTokens.js';
import type { Config } from './core/config.js';
import type { Logger } from './core/logger.js';
import type { Metrics } from './core/metrics.js';
import type { PasswordHasher } from './core/hashing/passwordHasher.js';
import type { CreateCounter } from './core/requestCounter.js';
import type { SigningKeys } from './core/signingKeys.js';
import type { Tracing } from './core/tracing/tracing.js';
import { MigrationStatus } from './db/migrationStatus.js';
import { RangeApi, type BreachedPasswords } from './integrations/breachedPasswords.js';
import { MailRenderer } from './integrations/mailRenderer.js';
import { OutboxMailer, SmtpMailer, type Mailer } from './integrations/mailer.js';
import { JobRunner, type JobHandlers } from './jobs/jobRunner.js';
import type { SessionCache } from './repositories/sessionCache.js';
import { Store } from './repositories/store.js';
import { AccountMails } from './services/accountMails.js';
import { AuthService } from './services/authService.js';
import { CleanUpService } from './services/cleanUpService.js';
import { EmailService } from './services/emailService.js';
import { GuessGuard } from './services/guessGuard.js';
import { MailService } from './services/mailService.js';
import { PasswordProof } from './services/passwordProof.js';
import { PasswordRules } from './services/passwordRules.js';
import { PasswordService } from './services/passwordService.js';
import { SecurityEvents } from './services/securityEvents.js';
import { SessionService } from './services/sessionService.js';
import { SignUpService } from './services/signUpService.js';
import { StatusService } from './services/statusService.js';
import { UserAdminService } from './services/userAdminService.js';
import { UserService } from './services/userService.js';

/** What the app stands on: everything that has to be opened before it and closed after it. */
export interface Foundations {
  config: Config;
  logger: Logger;
  metrics: Metrics;
  sequelize: Sequelize;
  /** Not yet started. */
  boss: PgBoss;
  hasher: PasswordHasher;
  /** Sign and verify access tokens. */
  keys: SigningKeys;
  sessionCache: SessionCache;
  createCounter: CreateCounter;
  /** Whether something is missing that the server can do without. */
  isDegraded(): boolean;
  tracing: Tracing;
}

/** What the router calls. */
export interface Api {
  handlers: Handlers;
  /** By the description's names of the security schemes. */
  authenticators: Readonly<Record<string, Authenticate>>;
}

/** What there is to run: an API for requests, and handlers for the jobs that they leave behind. */
export interface Application {
  api: Api;
  jobs: JobRunner;
  jobHandlers: JobHandlers;
}

/** Wires the classes together. The only place where they meet. */
export async function wire(foundations: Foundations): Promise<Application> {
  const { config, logger, metrics, sequelize, boss, hasher, keys, tracing } = foundations;
  const jobs = new JobRunner(boss, logger, metrics, tracing);
  const store = Store.on(sequelize, jobs, foundations.sessionCache);
  const events = new SecurityEvents(logger, metrics);
  const actionTokens = new ActionTokens(keys);
  const accessTokens = new AccessTokenIssuer(keys, config.accessTokenExpireMinutes);
  const mails = new AccountMails(actionTokens);
  const guard = new GuessGuard(store, config.guesses, events);
  const proof = new PasswordProof(store.users, hasher, guard, events);
  const rules = new PasswordRules(config.appName, breachedPasswordsOf(config), logger);
  const sessions = new SessionService(store, accessTokens, config.sessions, events);
  const signUps = new SignUpService(store, actionTokens, proof, events);
  const auth = new AuthService(store, hasher, rules, guard, proof, sessions, signUps, mails, config.auth, events);
  const emails = new EmailService(store, actionTokens, mails, proof, signUps, events);
  const passwords = new PasswordService(store, hasher, rules, guard, actionTokens, mails, proof, events);
  const users = new UserService(store, proof, guard, events);
  const cleanUp = new CleanUpService(store, guard, config.unprovedAccountMs);
  const userAdmin = new UserAdminService(store, guard, events);
  const status = new StatusService(
    await MigrationStatus.of((sql) => sequelize.query<never>(sql, { type: QueryTypes.SELECT })),
    () => foundations.isDegraded(),
  );
  const settings = { appName: config.appName, frontendUrl: config.mail.frontendUrl };
  const mail = new MailService(store, mails, actionTokens, new MailRenderer(), mailerOf(foundations), settings);
  const handlers = {
    ...authenticationController({ auth, sessions }, config.corsOrigins),
    ...recoveryController({ emails, passwords }),
    ...sessionsController(sessions),
    ...administrationController(userAdmin),
    ...usersController({ users, emails, passwords }),
    ...serviceController(config, status),
    ...documentationController(await Documentation.read()),
  };
  const authenticators = {
    bearerAuth: bearerAuthentication(keys, sessions),
    refreshCookie: cookieAuthentication(sessions, config.corsOrigins),
  };
  const jobHandlers: JobHandlers = {
    mail: (job) => mail.deliver(job),
    'mail-request': (job) => mail.prepare(job),
    'sign-up': (job) => mail.answerSignUp(job),
    'clean-up': () => cleanUp.run(),
  };
  return { api: { handlers, authenticators }, jobs, jobHandlers };
}

function breachedPasswordsOf({ breachedPasswordsUrl: url }: Config): BreachedPasswords | undefined {
  return url === undefined ? undefined : new RangeApi(url);
}

function mailerOf({ config, logger }: Foundations): Mailer {
  const { smtpUrl, from } = config.mail;
  return smtpUrl ? new SmtpMailer(smtpUrl, from) : new OutboxMailer(join(config.dataFolder, 'outbox'), from, logger);
}

/**
 * The Express application that serves an API, ready to be handed to an HTTP server.
 * @throws DescriptionError when the description cannot be served safely
 */
export async function serve(
  api: Api,
  foundations: Pick<Foundations, 'config' | 'logger' | 'metrics' | 'createCounter' | 'tracing'>,
): Promise<Express> {
  const { config, logger, metrics, createCounter, tracing } = foundations;
  const description = await readDescription();
  const rateLimits = new RateLimits(config.rateLimitFactor, createCounter, metrics);
  const router = await createRouter({ ...api, description, rateLimits });
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', config.trustProxy);
  if (tracing.isOn) app.use(traceRequests(tracing, description));
  app.use(createRequestLog(logger, metrics));
  app.use(securityHeaders({ hsts: config.env === 'production' }));
  app.use(noStore);
  app.use(crossOriginHeaders(config.corsOrigins, openPathsOf(description)));
  app.use(limitEverything(description, rateLimits));
  app.use(answerPreflight);
  app.use(router);
  app.use(createErrorHandler(logger));
  return app;
}
