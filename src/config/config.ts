import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseEnv } from 'node:util';
import { cleanEnv, type CleanedEnv } from 'envalid';
import { readSettingFiles } from './settingFiles.js';
import { settings } from './settings.js';
import { similarName } from './similarName.js';
import { readTextFile } from './textFile.js';
import { StartError } from '../startError.js';

/** All settings, read and validated once at start. `.env.example` explains each. */
export type Config = ReturnType<typeof parseConfig>;

/** Invalid settings. The message has one line for each fault. */
export class ConfigError extends StartError {
  constructor(readonly faults: readonly string[]) {
    super(['Invalid settings:', ...faults].join('\n'));
  }
}

export const settingNames: readonly string[] = Object.keys(settings);

type Variables = Readonly<Record<string, string | undefined>>;

/** Variables that Compose and PostgreSQL read from the same `.env`. */
const otherPrograms = /^(POSTGRES|COMPOSE)_/;

/** Names that settings can have: also those with which they are read from files. */
const knownNames = [...settingNames, ...settingNames.map((name) => `${name}_FILE`)];

function unknownNames(variables: Variables): string[] {
  return Object.keys(variables).filter((name) => !knownNames.includes(name) && !otherPrograms.test(name));
}

function unknownSettings(envFile: Variables): string[] {
  return unknownNames(envFile).map((name) => {
    const similar = similarName(name, knownNames);
    const remedy = similar ? `did you mean ${similar}?` : '.env.example lists all settings';
    return `${name}: unknown setting in .env; ${remedy}`;
  });
}

/** Shorter names of the environment resemble settings by chance. */
const tellingLength = 8;

/** The environment belongs to other programs too: only a name that is one edit from that of a setting is suspicious. */
function suspiciousNames(environment: Variables): string[] {
  return unknownNames(environment).flatMap((name) => {
    const similar = name.length < tellingLength ? undefined : similarName(name, knownNames, 1);
    return similar ? [`${name} in the environment is not a setting; did you mean ${similar}?`] : [];
  });
}

function productionFaults(variables: Variables): string[] {
  const required = ['DATABASE_URL', 'SECRET_KEY', 'SMTP_URL', 'MAIL_FROM', 'FRONTEND_URL'];
  const missing = required.filter((name) => !variables[name]).map((name) => `${name}: must be set in production`);
  const insecure = /^\s*http:/i.test(variables['PUBLIC_URL'] ?? '')
    ? ['PUBLIC_URL: must begin with https:// in production, else browsers do not keep the refresh cookie']
    : [];
  return [
    ...missing,
    ...insecure,
    ...weakSecret('SECRET_KEY', variables),
    ...weakSecret('SECRET_KEY_PREVIOUS', variables),
  ];
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

/** Development servers of frontends choose their port. */
function defaultOrigins(env: string): readonly string[] | 'loopback' {
  return env === 'development' ? 'loopback' : ['http://localhost:3000'];
}

function groupsOf(env: CleanedEnv<typeof settings>) {
  const shareOfWorker = (total: number): number => Math.max(1, Math.floor(total / env.WORKERS));
  return {
    auth: { signupMode: env.SIGNUP_MODE, requireVerifiedEmail: env.REQUIRE_VERIFIED_EMAIL },
    mail: {
      /** Undefined: write mails to files in `dataFolder`. Never undefined in production. */
      smtpUrl: env.SMTP_URL,
      from: env.MAIL_FROM,
      /** Base URL of links in mails, without a trailing slash. */
      frontendUrl: env.FRONTEND_URL,
    },
    /** How long an unverified, unused account is kept; 0: forever. */
    unprovedAccountMs: env.UNPROVED_ACCOUNT_DAYS * dayMs,
    /** Wrong passwords in a row that lock an account or a network address. */
    guesses: { account: env.SIGN_IN_FAILURES_MAX, address: env.SIGN_IN_ADDRESS_FAILURES_MAX },
    /** Strict-Transport-Security; false: do not send it. */
    hsts: env.ENV === 'production' && { includeSubDomains: env.HSTS_INCLUDE_SUBDOMAINS },
    sessions: {
      idleMs: env.SESSION_IDLE_DAYS * dayMs,
      lifetimeMs: env.SESSION_LIFETIME_DAYS * dayMs,
      graceMs: env.REFRESH_GRACE_SECONDS * 1000,
    },
    /** How long a session may be cached; 0: read it on every request. */
    sessionCacheMs: env.SESSION_CACHE_SECONDS * 1000,
    hashing: {
      cost: env.BCRYPT_COST,
      /** Per process. */
      threads: shareOfWorker(env.HASH_THREADS ?? availableParallelism()),
      /** Hashes that may wait in each process before sign-ins get 503. */
      queueMax: shareOfWorker(env.HASH_QUEUE_MAX),
    },
    database: {
      poolMax: env.DATABASE_POOL_MAX,
      connectTimeoutMs: env.DATABASE_CONNECT_TIMEOUT_MS,
      statementTimeoutMs: env.DATABASE_STATEMENT_TIMEOUT_MS,
      acquireTimeoutMs: env.DATABASE_ACQUIRE_TIMEOUT_MS,
    },
  };
}

/**
 * Parses settings. The environment takes precedence over the `.env` file, and an empty value counts as unset.
 * @throws ConfigError
 */
export function parseConfig(environment: Variables, envFile: Variables = {}) {
  const faults = unknownSettings(envFile);
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
  const { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile } = env;
  return {
    ...groupsOf(env),
    appName: env.APP_NAME,
    version: packageVersion(),
    env: env.ENV,
    host: env.HOST,
    port: env.PORT,
    /** Where clients reach the API, without a trailing slash; undefined: at the URL that they use. */
    publicUrl: env.PUBLIC_URL,
    /** Undefined: start an embedded PostgreSQL with its data in `dataFolder`. Never undefined in production. */
    databaseUrl: env.DATABASE_URL,
    /** Connects as the owner of the tables; undefined: DATABASE_URL's role owns them. */
    migrationDatabaseUrl: env.MIGRATION_DATABASE_URL,
    /** False: refuse to start while migrations are pending. */
    migrateOnStart: env.MIGRATE_ON_START,
    dataFolder: env.DATA_FOLDER,
    /** Undefined: generate one and keep it in `dataFolder`. Never undefined in production. */
    secretKey: env.SECRET_KEY,
    /** The secret before that one. Tokens signed with it stay valid until they expire. */
    previousSecretKey: env.SECRET_KEY_PREVIOUS,
    accessTokenExpireMinutes: env.ACCESS_TOKEN_EXPIRE_MINUTES,
    /** A range API of breached passwords; undefined: no lookup. */
    breachedPasswordsUrl: env.BREACHED_PASSWORDS_URL,
    corsOrigins: env.CORS_ORIGINS ?? defaultOrigins(env.ENV),
    logLevel: env.LOG_LEVEL,
    trustProxy: env.TRUST_PROXY,
    /** Processes that serve requests; 1: this process alone. */
    workers: env.WORKERS,
    /** Redis or Valkey. */
    redisUrl: env.REDIS_URL,
    metricsPort: env.METRICS_PORT,
    /** Base URL of an OTLP receiver, without a trailing slash; undefined: no tracing. */
    tracesEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
    /** Multiplies every rate limit of the description; 0 turns them off. */
    rateLimitFactor: env.RATE_LIMIT_FACTOR,
    tls: certFile && keyFile ? { certFile, keyFile } : undefined,
    /** Client connections per process. */
    connectionsMax: env.CONNECTIONS_MAX,
    /** How long an idle connection stays open: longer than in whatever stands in front. */
    keepAliveTimeoutMs: env.KEEP_ALIVE_TIMEOUT_MS,
    shutdownTimeoutMs: env.SHUTDOWN_TIMEOUT_MS,
    startedByNpm: environment['npm_lifecycle_event'] === 'start',
    /** For the log: what is accepted, and yet probably a mistake. */
    warnings: suspiciousNames(environment),
  };
}

/**
 * Reads settings from the environment and from `.env` in the working directory.
 * @throws ConfigError
 */
export function readConfig(): Config {
  let envFile: Variables = {};
  try {
    envFile = parseEnv(readTextFile('.env'));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') throw new ConfigError([`.env: cannot be read (${message})`]);
  }
  return parseConfig(process.env, envFile);
}
