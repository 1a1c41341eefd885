import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseEnv } from 'node:util';
import { bool, cleanEnv, makeValidator, str } from 'envalid';
import ipaddr from 'ipaddr.js';
import { StartError } from './startError.js';

type Environment = 'development' | 'test' | 'production';
export type LogLevel = 'debug' | 'info' | 'warning' | 'error' | 'critical';

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
  /** Wrong passwords in a row that lock an account, and a network address. */
  guesses: { account: number; address: number };
  /** A range API of breached passwords; undefined: they are not looked up. */
  breachedPasswordsUrl: string | undefined;
  corsOrigins: readonly string[];
  /** How long sessions live. */
  sessions: { idleMs: number; lifetimeMs: number; graceMs: number };
  logLevel: LogLevel;
  /** What Express takes as `trust proxy`: a number of hops, or addresses and networks. False: nobody is trusted. */
  trustProxy: number | readonly string[] | false;
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
    threads: number;
    /** How many hashes may wait for a thread before sign-ins are refused with 503. */
    queueMax: number;
  };
  tls: { certFile: string; keyFile: string } | undefined;
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

const integer = (min: number, max: number) =>
  makeValidator((text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text.trim()) || value < min || value > max) {
      throw new TypeError(`must be a whole number from ${min} to ${max}`);
    }
    return value;
  })();

const factor = makeValidator((text) => {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text.trim())) throw new TypeError('must be a number, 0 or more');
  return value;
});

const databaseUrl = makeValidator((text) => {
  const protocol = URL.canParse(text) ? new URL(text).protocol : '';
  if (protocol !== 'postgres:' && protocol !== 'postgresql:') {
    throw new TypeError('must look like postgresql://user:password@host:5432/database');
  }
  return text;
});

const smtpUrl = makeValidator((text) => {
  const { protocol, hostname } = URL.canParse(text) ? new URL(text) : { protocol: '', hostname: '' };
  if ((protocol !== 'smtp:' && protocol !== 'smtps:') || !hostname) {
    throw new TypeError('must look like smtp://user:password@host:587 or smtps://user:password@host:465');
  }
  return text;
});

const webUrl = makeValidator((text) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash || url.username) {
    throw new TypeError('must look like https://app.example.com, without a query');
  }
  return text.replace(/\/+$/, '');
});

const mailFrom = makeValidator((text) => {
  if (!/^([^<>\r\n]+ )?<?[^\s<>@]+@[^\s<>@]+>?$/.test(text)) {
    throw new TypeError('must look like "Smart Audit <no-reply@example.com>"');
  }
  return text;
});

function isOrigin(value: unknown): value is string {
  return typeof value === 'string' && URL.canParse(value) && new URL(value).origin === value;
}

const origins = makeValidator((text) => {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    list = undefined;
  }
  if (!Array.isArray(list) || !list.every(isOrigin)) {
    throw new TypeError('must be a JSON list of origins such as ["https://app.example.com"], without paths or *');
  }
  return list;
});

const namedNetworks = ['loopback', 'linklocal', 'uniquelocal'];

function isNetwork(text: string): boolean {
  if (namedNetworks.includes(text)) return true;
  // Express refuses /0, which is everybody, and addresses with fewer parts.
  const address = text.replace(/\/[1-9]\d*$/, '');
  if (!ipaddr.IPv4.isValidFourPartDecimal(address) && !ipaddr.IPv6.isValid(address)) return false;
  return address === text || ipaddr.isValidCIDR(text);
}

const trustProxy = makeValidator((text): Config['trustProxy'] => {
  if (/^\d+$/.test(text.trim())) return Number(text) || false;
  const networks = text.split(',').map((network) => network.trim());
  if (!networks.every(isNetwork)) {
    throw new TypeError(
      'must be a number of proxies, or addresses and networks such as "loopback, 10.0.0.0/8"; not "true"',
    );
  }
  return networks;
});

const dayMs = 86_400_000;

const optional = { default: undefined };

const settings = {
  APP_NAME: str({ default: 'Smart Audit Agent' }),
  ENV: str<Environment>({ choices: ['development', 'test', 'production'], default: 'development' }),
  HOST: str({ default: '127.0.0.1' }),
  PORT: { ...integer(0, 65_535), default: 8000 },
  DATABASE_URL: databaseUrl(optional),
  DATA_FOLDER: str({ default: '.data' }),
  SECRET_KEY: str(optional),
  ACCESS_TOKEN_EXPIRE_MINUTES: { ...integer(1, 1440), default: 30 },
  SESSION_IDLE_DAYS: { ...integer(1, 365), default: 14 },
  SESSION_LIFETIME_DAYS: { ...integer(1, 3650), default: 90 },
  REFRESH_GRACE_SECONDS: { ...integer(0, 3600), default: 30 },
  SIGNUP_MODE: str<'open' | 'verified'>({ choices: ['open', 'verified'], default: 'open' }),
  REQUIRE_VERIFIED_EMAIL: bool({ default: false }),
  SMTP_URL: smtpUrl(optional),
  MAIL_FROM: mailFrom({ default: 'Smart Audit <no-reply@localhost>' }),
  FRONTEND_URL: webUrl({ default: 'http://localhost:3000' }),
  SIGN_IN_FAILURES_MAX: { ...integer(1, 1_000_000), default: 10 },
  SIGN_IN_ADDRESS_FAILURES_MAX: { ...integer(1, 1_000_000), default: 100 },
  BREACHED_PASSWORDS_URL: webUrl(optional),
  CORS_ORIGINS: origins({ default: ['http://localhost:3000'] }),
  LOG_LEVEL: str<LogLevel>({ choices: ['debug', 'info', 'warning', 'error', 'critical'], default: 'info' }),
  TRUST_PROXY: trustProxy({ default: false }),
  DATABASE_POOL_MAX: { ...integer(1, 1000), default: 10 },
  DATABASE_CONNECT_TIMEOUT_MS: { ...integer(1, 600_000), default: 5000 },
  DATABASE_STATEMENT_TIMEOUT_MS: { ...integer(1, 600_000), default: 10_000 },
  DATABASE_ACQUIRE_TIMEOUT_MS: { ...integer(1, 600_000), default: 10_000 },
  RATE_LIMIT_FACTOR: factor({ default: 1 }),
  BCRYPT_COST: { ...integer(4, 20), default: 12 },
  HASH_THREADS: { ...integer(1, 128), default: availableParallelism() },
  HASH_QUEUE_MAX: { ...integer(1, 100_000), default: 200 },
  TLS_CERT_FILE: str(optional),
  TLS_KEY_FILE: str(optional),
  SHUTDOWN_TIMEOUT_MS: { ...integer(1, 600_000), default: 10_000 },
};

/** The names of all settings, as in the environment. */
export const settingNames: readonly string[] = Object.keys(settings);

type Variables = Readonly<Record<string, string | undefined>>;

/** Names that other programs read from the same `.env`. */
const foreignNames = /^(POSTGRES|COMPOSE)_/;

function unknownNames(envFile: Variables): string[] {
  return Object.keys(envFile)
    .filter((name) => !settingNames.includes(name) && !foreignNames.test(name))
    .map((name) => `${name}: in .env, and no setting has this name; .env.example lists them all`);
}

function productionFaults(variables: Variables): string[] {
  const { DATABASE_URL: databaseUrl, SECRET_KEY: secretKey } = variables;
  const faults = [];
  if (!databaseUrl) faults.push('DATABASE_URL: must be set in production');
  if (!secretKey) faults.push('SECRET_KEY: must be set in production');
  else if (secretKey.trim() === 'change-me') faults.push('SECRET_KEY: must not be "change-me" in production');
  else if (Buffer.byteLength(secretKey) < 32) {
    faults.push('SECRET_KEY: must have 32 bytes or more in production; make one with: openssl rand -base64 48');
  }
  for (const name of ['SMTP_URL', 'MAIL_FROM', 'FRONTEND_URL']) {
    if (!variables[name]) faults.push(`${name}: must be set in production`);
  }
  return faults;
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

/**
 * The configuration that these variables ask for. Those of the process win over those of the `.env` file, and an empty
 * value counts as none.
 * @throws ConfigError with one line for each fault
 */
export function parseConfig(environment: Variables, envFile: Variables = {}): Config {
  const faults = unknownNames(envFile);
  const variables = { ...withoutEmpty(envFile), ...withoutEmpty(environment) };
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
    appName: env.APP_NAME,
    version: packageVersion(),
    env: env.ENV,
    host: env.HOST,
    port: env.PORT,
    databaseUrl: env.DATABASE_URL,
    dataFolder: env.DATA_FOLDER,
    secretKey: env.SECRET_KEY,
    accessTokenExpireMinutes: env.ACCESS_TOKEN_EXPIRE_MINUTES,
    auth: { signupMode: env.SIGNUP_MODE, requireVerifiedEmail: env.REQUIRE_VERIFIED_EMAIL },
    mail: { smtpUrl: env.SMTP_URL, from: env.MAIL_FROM, frontendUrl: env.FRONTEND_URL },
    guesses: { account: env.SIGN_IN_FAILURES_MAX, address: env.SIGN_IN_ADDRESS_FAILURES_MAX },
    breachedPasswordsUrl: env.BREACHED_PASSWORDS_URL,
    corsOrigins: env.CORS_ORIGINS,
    sessions: {
      idleMs: env.SESSION_IDLE_DAYS * dayMs,
      lifetimeMs: env.SESSION_LIFETIME_DAYS * dayMs,
      graceMs: env.REFRESH_GRACE_SECONDS * 1000,
    },
    logLevel: env.LOG_LEVEL,
    trustProxy: env.TRUST_PROXY,
    database: {
      poolMax: env.DATABASE_POOL_MAX,
      connectTimeoutMs: env.DATABASE_CONNECT_TIMEOUT_MS,
      statementTimeoutMs: env.DATABASE_STATEMENT_TIMEOUT_MS,
      acquireTimeoutMs: env.DATABASE_ACQUIRE_TIMEOUT_MS,
    },
    rateLimitFactor: env.RATE_LIMIT_FACTOR,
    hashing: { cost: env.BCRYPT_COST, threads: env.HASH_THREADS, queueMax: env.HASH_QUEUE_MAX },
    tls: env.TLS_CERT_FILE && env.TLS_KEY_FILE ? { certFile: env.TLS_CERT_FILE, keyFile: env.TLS_KEY_FILE } : undefined,
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
