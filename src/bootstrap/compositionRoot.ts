import { join } from 'node:path';
import type PgBoss from 'pg-boss';
import type { Sequelize } from 'sequelize';
import type { Api } from '../api/openapi/router.js';
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
import type { PasswordHasher } from '../security/hashing/passwordHasher.js';
import type { SigningKeys } from '../security/signingKeys.js';
import { pendingOnPrimary } from '../db/migrationStatus.js';
import { BreachedPasswords } from '../integrations/breachedPasswords.js';
import { MailRenderer } from '../integrations/mailRenderer.js';
import { OutboxMailer, SmtpMailer, type Mailer } from '../integrations/mailer.js';
import { JobRunner, type JobHandlers } from '../jobs/jobRunner.js';
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
import type { Basics, SharedState } from './openSharedState.js';

/** What the application runs on: opened before it, closed after it. */
export interface Dependencies extends Basics, SharedState {
  sequelize: Sequelize;
  /** Not yet started. */
  boss: PgBoss;
  hasher: PasswordHasher;
  keys: SigningKeys;
}

/** Wires the classes together. */
export async function wire(
  dependencies: Dependencies,
): Promise<{ api: Api; jobs: JobRunner; jobHandlers: JobHandlers; store: Store; actionTokens: ActionTokens }> {
  const { config, logger, metrics, sequelize, boss, hasher, keys, tracing } = dependencies;
  const jobs = new JobRunner(boss, logger, metrics, tracing);
  const store = Store.on(sequelize, jobs, dependencies.sessionCache);
  const events = new SecurityEvents(logger, metrics);
  const actionTokens = new ActionTokens(keys);
  const accessTokens = new AccessTokenIssuer(keys, config.accessTokenExpireMinutes);
  const mails = new AccountMails(actionTokens);
  const guard = new GuessGuard(store, config.guesses, events);
  const proof = new PasswordProof(store.users, hasher, guard, events);
  const breached = config.breachedPasswordsUrl ? new BreachedPasswords(config.breachedPasswordsUrl) : undefined;
  const rules = new PasswordRules(config.appName, breached, logger);
  const sessions = new SessionService(store, accessTokens, config.sessions, events);
  const signUps = new SignUpService(store, actionTokens, proof, events);
  const auth = new AuthService(store, hasher, rules, guard, proof, sessions, signUps, mails, config.auth, events);
  const emails = new EmailService(store, actionTokens, mails, proof, signUps, events);
  const passwords = new PasswordService(store, hasher, rules, guard, actionTokens, mails, proof, events);
  const users = new UserService(store, proof, guard, events);
  const cleanUp = new CleanUpService(store, guard, config.unprovedAccountMs);
  const userAdmin = new UserAdminService(store, guard, events);
  const status = new StatusService(
    () => pendingOnPrimary(sequelize),
    () => dependencies.isDegraded(),
  );
  const mail = new MailService(store, mails, actionTokens, new MailRenderer(), mailerOf(dependencies), config);
  const handlers = {
    ...authenticationController(auth, sessions, config.corsOrigins),
    ...recoveryController(emails, passwords),
    ...sessionsController(sessions),
    ...administrationController(userAdmin),
    ...usersController(users, emails, passwords),
    ...serviceController(config, status),
    ...documentationController(new Documentation()),
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
  return { api: { handlers, authenticators }, jobs, jobHandlers, store, actionTokens };
}

function mailerOf({ config, logger }: Dependencies): Mailer {
  const { smtpUrl, from } = config.mail;
  return smtpUrl ? new SmtpMailer(smtpUrl, from) : new OutboxMailer(join(config.dataFolder, 'outbox'), from, logger);
}
