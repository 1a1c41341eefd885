import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseEnv } from 'node:util';
import { cleanEnv, type CleanedEnv } from 'envalid';
import { readSettingFiles } from './settingFiles.js';
import { settings, type Environment, type LogLevel, type TrustedProxies } from './settings.js';
import { StartError } from '../startError.js';

/** All settings, read and validated once at start. `.env.example` says what each is for. */
export interface Config {
  appName: string;
  /** The version in package.json. */
  version: string;
  env: Environment;
  host: string;
  port: number;
  /** Undefined: an embedded PostgreSQL is started, with its data in `dataFolder`. Never undefined in production. */
  databaseUrl: string | undefined;
  dataFolder: string;
  /** Undefined: one is made and kept in `dataFolder`. Never undefined in production. */
  secretKey: string | undefined;
  /** The secret before that one: what it signed is still accepted while it lives. */
  previousSecretKey: string | undefined;
  accessTokenExpireMinutes: number;
  /** What holds for new accounts and for signing in. */
  auth: { signupMode: 'open' | 'verified'; requireVerifiedEmail: boolean };
  mail: {
    /** Undefined: mails become files in `dataFolder`. Never undefined in production. */
    smtpUrl: string | undefined;
    /** The sender, as in a From field. */
    from: string;
    /** Where links in mails lead, without a slash at its end. */
    frontendUrl: string;
  };
  /** How long an account lives that nobody proves or uses; 0: for ever. */
  unprovedAccountMs: number;
  /** Wrong passwords in a row that lock an account, and a network address. */
  guesses: { account: number; address: number };
  /** A range API of breached passwords; undefined: they are not looked up. */
  breachedPasswordsUrl: string | undefined;
  corsOrigins: readonly string[];
  /** How long sessions live. */
  sessions: { idleMs: number; lifetimeMs: number; graceMs: number };
  logLevel: LogLevel;
  trustProxy: TrustedProxies;
  /** How many processes take requests. 1: this one does, and there is no other. */
  workers: number;
  /** Redis or Valkey, for what instances share; undefined: there is none. */
  redisUrl: string | undefined;
  /** How long a session may be cached; 0: it is read at every request. */
  sessionCacheMs: number;
  /** Where metrics are served; undefined: nowhere. */
  metricsPort: number | undefined;
  /** An OTLP receiver of traces, without a slash at its end; undefined: nothing is traced. */
  tracesEndpoint: string | undefined;
  /** Whose tables they are; undefined: DATABASE_URL's role does all. */
  migrationDatabaseUrl: string | undefined;
  /** False: somebody else migrates, and the server starts only where that is done. */
  migrateOnStart: boolean;
  database: {
    poolMax: number;
    connectTimeoutMs: number;
    statementTimeoutMs: number;
    acquireTimeoutMs: number;
  };
  /** Every limit of the description is multiplied by this; 0 switches limits off. */
  rateLimitFactor: number;
  hashing: {
    /** bcrypt's cost: 2^cost rounds. */
    cost: number;
    /** Threads of each process. */
    threads: number;
    /** How many hashes may wait in each process before sign-ins are refused with 503. */
    queueMax: number;
  };
  tls: { certFile: string; keyFile: string } | undefined;
  /** How many connections of clients a process has at most. */
  connectionsMax: number;
  shutdownTimeoutMs: number;
  /** Whether `npm start` runs this process, through a shell of its own. */
  startedByNpm: boolean;
}

/** The settings are wrong. `message` has one line for each fault, under a line that says so. */
export class ConfigError extends StartError {
  constructor(readonly faults: readonly string[]) {
    super(['The settings are wrong:', ...faults].join('\n'));
  }
}

/** The names of all settings, as in the environment. */
export const settingNames: readonly string[] = Object.keys(settings);

type Variables = Readonly<Record<string, string | undefined>>;

/** Names that other programs read from the same `.env`. */
const foreignNames = /^(POSTGRES|COMPOSE)_/;

function unknownNames(envFile: Variables): string[] {
  return Object.keys(envFile)
    .filter((name) => !settingNames.includes(name.replace(/_FILE$/, '')) && !settingNames.includes(name))
    .filter((name) => !foreignNames.test(name))
    .map((name) => `${name}: in .env, and no setting has this name; .env.example lists them all`);
}

function productionFaults(variables: Variables): string[] {
  const required = ['DATABASE_URL', 'SECRET_KEY', 'SMTP_URL', 'MAIL_FROM', 'FRONTEND_URL'];
  const missing = required.filter((name) => !variables[name]).map((name) => `${name}: must be set in production`);
  return [...missing, ...weakSecret('SECRET_KEY', variables), ...weakSecret('SECRET_KEY_PREVIOUS', variables)];
}

function weakSecret(name: string, { [name]: secret }: Variables): string[] {
  if (!secret) return [];
  if (secret.trim() === 'change-me') return [`${name}: must not be "change-me" in production`];
  if (Buffer.byteLength(secret) >= 32) return [];
  return [`${name}: must have 32 bytes or more in production; make one with: openssl rand -base64 48`];
}

function withoutEmpty(variables: Variables): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).filter((entry): entry is [string, string] => Boolean(entry[1]?.trim())),
  );
}

function packageVersion(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

const dayMs = 86_400_000;

/** The values of all settings, as they were read. */
type Values = CleanedEnv<typeof settings>;

function cryptographyOf(env: Values): Pick<Config, 'secretKey' | 'previousSecretKey' | 'hashing' | 'tls'> {
  const { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile } = env;
  return {
    secretKey: env.SECRET_KEY,
    previousSecretKey: env.SECRET_KEY_PREVIOUS,
    hashing: {
      cost: env.BCRYPT_COST,
      threads: shareOf(env.HASH_THREADS ?? availableParallelism(), env.WORKERS),
      queueMax: shareOf(env.HASH_QUEUE_MAX, env.WORKERS),
    },
    tls: certFile && keyFile ? { certFile, keyFile } : undefined,
  };
}

/** What one of several workers gets of a total. */
function shareOf(total: number, workers: number): number {
  return Math.max(1, Math.floor(total / workers));
}

function accountsOf(
  env: Values,
): Pick<Config, 'auth' | 'mail' | 'unprovedAccountMs' | 'guesses' | 'sessions' | 'sessionCacheMs'> {
  return {
    unprovedAccountMs: env.UNPROVED_ACCOUNT_DAYS * dayMs,
    auth: { signupMode: env.SIGNUP_MODE, requireVerifiedEmail: env.REQUIRE_VERIFIED_EMAIL },
    mail: { smtpUrl: env.SMTP_URL, from: env.MAIL_FROM, frontendUrl: env.FRONTEND_URL },
    guesses: { account: env.SIGN_IN_FAILURES_MAX, address: env.SIGN_IN_ADDRESS_FAILURES_MAX },
    sessions: {
      idleMs: env.SESSION_IDLE_DAYS * dayMs,
      lifetimeMs: env.SESSION_LIFETIME_DAYS * dayMs,
      graceMs: env.REFRESH_GRACE_SECONDS * 1000,
    },
    sessionCacheMs: env.SESSION_CACHE_SECONDS * 1000,
  };
}

function databaseOf(env: Values): Config['database'] {
  return {
    poolMax: env.DATABASE_POOL_MAX,
    connectTimeoutMs: env.DATABASE_CONNECT_TIMEOUT_MS,
    statementTimeoutMs: env.DATABASE_STATEMENT_TIMEOUT_MS,
    acquireTimeoutMs: env.DATABASE_ACQUIRE_TIMEOUT_MS,
  };
}

/**
 * The configuration that these variables ask for. Those of the process win over those of the `.env` file, and an empty
 * value counts as none.
 * @throws ConfigError with one line for each fault
 */
export function parseConfig(environment: Variables, envFile: Variables = {}): Config {
  const faults = unknownNames(envFile);
  const read = (source: Variables): Variables =>
    withoutEmpty(readSettingFiles(withoutEmpty(source), settingNames, faults));
  const variables = { ...read(envFile), ...read(environment) };
  const env = cleanEnv(variables, settings, {
    reporter: ({ errors }) => {
      for (const [name, error] of Object.entries(errors)) faults.push(`${name}: ${error.message}`);
    },
  });
  if (variables['ENV'] === 'production') faults.push(...productionFaults(variables));
  if ('TLS_CERT_FILE' in variables !== 'TLS_KEY_FILE' in variables) {
    faults.push('TLS_CERT_FILE and TLS_KEY_FILE: set both or neither');
  }
  if (faults.length > 0) throw new ConfigError(faults);
  return {
    ...cryptographyOf(env),
    ...accountsOf(env),
    appName: env.APP_NAME,
    version: packageVersion(),
    env: env.ENV,
    host: env.HOST,
    port: env.PORT,
    databaseUrl: env.DATABASE_URL,
    migrationDatabaseUrl: env.MIGRATION_DATABASE_URL,
    migrateOnStart: env.MIGRATE_ON_START,
    dataFolder: env.DATA_FOLDER,
    accessTokenExpireMinutes: env.ACCESS_TOKEN_EXPIRE_MINUTES,
    breachedPasswordsUrl: env.BREACHED_PASSWORDS_URL,
    corsOrigins: env.CORS_ORIGINS,
    logLevel: env.LOG_LEVEL,
    trustProxy: env.TRUST_PROXY,
    workers: env.WORKERS,
    redisUrl: env.REDIS_URL,
    metricsPort: env.METRICS_PORT,
    tracesEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
    database: databaseOf(env),
    rateLimitFactor: env.RATE_LIMIT_FACTOR,
    connectionsMax: env.CONNECTIONS_MAX,
    shutdownTimeoutMs: env.SHUTDOWN_TIMEOUT_MS,
    startedByNpm: environment['npm_lifecycle_event'] === 'start',
  };
}

/**
 * The configuration from the process's environment and the file `.env` in the working directory.
 * @throws ConfigError with one line for each fault
 */
export function readConfig(): Config {
  let envFile: Variables = {};
  try {
    envFile = parseEnv(readFileSync('.env', 'utf8'));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') throw new ConfigError([`.env: cannot be read (${message})`]);
  }
  return parseConfig(process.env, envFile);
}
