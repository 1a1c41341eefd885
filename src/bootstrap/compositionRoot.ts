import { join } from 'node:path';
import type PgBoss from 'pg-boss';
import type { Sequelize } from 'sequelize';
import type { Api } from '../api/app.js';
import { bearerAuthentication, cookieAuthentication } from '../api/middleware/authentication.js';
import { administrationController } from '../api/controllers/administrationController.js';
import { authenticationController } from '../api/controllers/authenticationController.js';
import { documentationController } from '../api/controllers/documentationController.js';
import { recoveryController } from '../api/controllers/recoveryController.js';
import { serviceController } from '../api/controllers/serviceController.js';
import { sessionsController } from '../api/controllers/sessionsController.js';
import { usersController } from '../api/controllers/usersController.js';
import { Documentation } from '../api/openapi/documentation.js';
import { AccessTokenIssuer } from '../security/accessToken.js';
import { ActionTokens } from '../security/actionTokens.js';
import type { Config } from '../config/config.js';
import type { Logger } from '../observability/logger.js';
import type { Metrics } from '../observability/metrics.js';
import type { PasswordHasher } from '../security/hashing/passwordHasher.js';
import type { CreateCounter } from '../security/requestCounter.js';
import type { SigningKeys } from '../security/signingKeys.js';
import type { Tracing } from '../observability/tracing/tracing.js';
import { pendingMigrations } from '../db/migrationStatus.js';
import { RangeApi, type BreachedPasswords } from '../integrations/breachedPasswords.js';
import { MailRenderer } from '../integrations/mailRenderer.js';
import { OutboxMailer, SmtpMailer, type Mailer } from '../integrations/mailer.js';
import { JobRunner, type JobHandlers } from '../jobs/jobRunner.js';
import type { SessionCache } from '../repositories/sessionCache.js';
import { Store } from '../repositories/store.js';
import { AccountMails } from '../services/accountMails.js';
import { AuthService } from '../services/authService.js';
import { CleanUpService } from '../services/cleanUpService.js';
import { EmailService } from '../services/emailService.js';
import { GuessGuard } from '../services/guessGuard.js';
import { MailService } from '../services/mailService.js';
import { PasswordProof } from '../services/passwordProof.js';
import { PasswordRules } from '../services/passwordRules.js';
import { PasswordService } from '../services/passwordService.js';
import { SecurityEvents } from '../services/securityEvents.js';
import { SessionService } from '../services/sessionService.js';
import { SignUpService } from '../services/signUpService.js';
import { StatusService } from '../services/statusService.js';
import { UserAdminService } from '../services/userAdminService.js';
import { UserService } from '../services/userService.js';

/** What the application runs on: opened before it, closed after it. */
export interface Dependencies {
  config: Config;
  logger: Logger;
  metrics: Metrics;
  sequelize: Sequelize;
  /** Not yet started. */
  boss: PgBoss;
  hasher: PasswordHasher;
  keys: SigningKeys;
  sessionCache: SessionCache;
  createCounter: CreateCounter;
  /** Whether Redis is configured and down. */
  isDegraded(): boolean;
  tracing: Tracing;
}

export interface Application {
  api: Api;
  jobs: JobRunner;
  jobHandlers: JobHandlers;
}

/** Wires the classes together. */
export async function wire(dependencies: Dependencies): Promise<Application> {
  const { config, logger, metrics, sequelize, boss, hasher, keys, tracing } = dependencies;
  const jobs = new JobRunner(boss, logger, metrics, tracing);
  const store = Store.on(sequelize, jobs, dependencies.sessionCache);
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
    () => pendingMigrations(sequelize),
    () => dependencies.isDegraded(),
  );
  const settings = { appName: config.appName, frontendUrl: config.mail.frontendUrl };
  const mail = new MailService(store, mails, actionTokens, new MailRenderer(), mailerOf(dependencies), settings);
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

function mailerOf({ config, logger }: Dependencies): Mailer {
  const { smtpUrl, from } = config.mail;
  return smtpUrl ? new SmtpMailer(smtpUrl, from) : new OutboxMailer(join(config.dataFolder, 'outbox'), from, logger);
}
