import { bool, makeValidator, str } from 'envalid';
import ipaddr from 'ipaddr.js';
import { parseDatabaseUrl } from './databaseUrl.js';
import { parseMailSender } from './mailSender.js';
import { encodingRule, parseServerUrl, type ServerUrl } from './serverUrl.js';
import { parseSmtpUrl } from './smtpUrl.js';

export type LogLevel = 'debug' | 'info' | 'warning' | 'error' | 'critical';

type Environment = 'development' | 'test' | 'production';

/** Express's `trust proxy`: a number of hops, or addresses and networks. */
type TrustedProxies = number | readonly string[] | false;

const optional = { default: undefined };

const integer = (min: number, max: number) =>
  makeValidator((text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text.trim()) || value < min || value > max) {
      throw new TypeError(`must be a whole number from ${min} to ${max}`);
    }
    return value;
  });

const factor = makeValidator((text) => {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text.trim())) throw new TypeError('must be a number, 0 or more');
  return value;
});

const databaseUrl = makeValidator((text) => {
  parseDatabaseUrl(text);
  return text;
});

/** @throws TypeError whose message does not contain the text */
function parseUrlOf(scheme: string, path: RegExp, ports: readonly [number, number], text: string): ServerUrl {
  const server = URL.canParse(text) ? parseServerUrl(text) : undefined;
  if (!server?.host || ![scheme, `${scheme}s`].includes(server.scheme) || !path.test(server.path)) {
    const examples = ports.map((port, index) => `${scheme}${'s'.repeat(index)}://user:password@host:${port}`);
    throw new TypeError(`must look like ${examples.join(' or ')}; ${encodingRule}`);
  }
  return server;
}

const redisUrl = makeValidator((text) => {
  const { query } = parseUrlOf('redis', /^\d{0,5}$/, [6379, 6379], text);
  if (query.size > 0) throw new TypeError('must not have options after a ?');
  return text;
});

const smtpUrl = makeValidator((text) => {
  parseUrlOf('smtp', /^$/, [587, 465], text);
  parseSmtpUrl(text);
  return text;
});

/** The URL without slashes at its end; undefined if it has more than an origin and a path. */
function parseWebUrl(text: string): string | undefined {
  if (!URL.canParse(text) || /[?#]/.test(text)) return undefined;
  const { protocol, origin, pathname, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && !username && !password ? (origin + pathname).replace(/\/+$/, '') : undefined;
}

const webUrl = makeValidator((text) => {
  const url = parseWebUrl(text);
  if (!url) throw new TypeError('must look like https://app.example.com, without a query');
  return url;
});

/** A path that needs no encoding anywhere: it becomes the path of a cookie and a part of the description. */
const plainPath = /^https?:\/\/[\w.:[\]-]+(\/[\w.~-]+)*$/;

const publicUrl = makeValidator((text) => {
  const url = parseWebUrl(text);
  if (!url || !plainPath.test(url)) {
    throw new TypeError(
      'must look like https://example.com/accounts: http or https, without user, query and fragment, and with a path of ' +
        'letters, digits and . _ ~ - only',
    );
  }
  return url;
});

const mailFrom = makeValidator((text) => {
  const sender = parseMailSender(text);
  if (!sender) throw new TypeError('must look like "Smart Audit <no-reply@example.com>"');
  return sender;
});

function isOrigin(value: unknown): value is string {
  return typeof value === 'string' && URL.canParse(value) && new URL(value).origin === value;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const origins = makeValidator((text) => {
  const list = parseJson(text);
  if (!Array.isArray(list) || !list.every(isOrigin)) {
    throw new TypeError('must be a JSON list of origins such as ["https://app.example.com"], without paths or *');
  }
  return list;
});

const namedNetworks = ['loopback', 'linklocal', 'uniquelocal'];

function isNetwork(text: string): boolean {
  if (namedNetworks.includes(text)) return true;
  // Express rejects /0 and IPv4 addresses with fewer than four parts.
  const address = text.replace(/\/[1-9]\d*$/, '');
  if (!ipaddr.IPv4.isValidFourPartDecimal(address) && !ipaddr.IPv6.isValid(address)) return false;
  return address === text || ipaddr.isValidCIDR(text);
}

const trustProxy = makeValidator((text): TrustedProxies => {
  if (/^\d+$/.test(text.trim())) return Number(text) || false;
  const networks = text.split(',').map((network) => network.trim());
  if (!networks.every(isNetwork)) {
    throw new TypeError(
      'must be a number of proxies, or addresses and networks such as "loopback, 10.0.0.0/8"; not "true"',
    );
  }
  return networks;
});

/** Every setting by its environment variable: its validator and default. */
export const settings = {
  APP_NAME: str({ default: 'Smart Audit Agent' }),
  ENV: str<Environment>({ choices: ['development', 'test', 'production'], default: 'development' }),
  HOST: str({ default: '127.0.0.1' }),
  PORT: integer(0, 65_535)({ default: 8000 }),
  DATABASE_URL: databaseUrl(optional),
  MIGRATION_DATABASE_URL: databaseUrl(optional),
  MIGRATE_ON_START: bool({ default: true }),
  REDIS_URL: redisUrl(optional),
  SESSION_CACHE_SECONDS: integer(0, 3600)({ default: 30 }),
  WORKERS: integer(1, 256)({ default: 1 }),
  METRICS_PORT: integer(0, 65_535)(optional),
  OTEL_EXPORTER_OTLP_ENDPOINT: webUrl(optional),
  DATA_FOLDER: str({ default: '.data' }),
  SECRET_KEY: str(optional),
  SECRET_KEY_PREVIOUS: str(optional),
  ACCESS_TOKEN_EXPIRE_MINUTES: integer(1, 1440)({ default: 30 }),
  SESSION_IDLE_DAYS: integer(1, 365)({ default: 14 }),
  SESSION_LIFETIME_DAYS: integer(1, 3650)({ default: 90 }),
  REFRESH_GRACE_SECONDS: integer(0, 3600)({ default: 30 }),
  SIGNUP_MODE: str<'open' | 'verified'>({ choices: ['open', 'verified'], default: 'open' }),
  REQUIRE_VERIFIED_EMAIL: bool({ default: false }),
  UNPROVED_ACCOUNT_DAYS: integer(0, 3650)({ default: 30 }),
  SMTP_URL: smtpUrl(optional),
  MAIL_FROM: mailFrom({ default: { name: 'Smart Audit', address: 'no-reply@localhost' } }),
  PUBLIC_URL: publicUrl(optional),
  FRONTEND_URL: webUrl({ default: 'http://localhost:3000' }),
  SIGN_IN_FAILURES_MAX: integer(1, 1_000_000)({ default: 10 }),
  SIGN_IN_ADDRESS_FAILURES_MAX: integer(1, 1_000_000)({ default: 100 }),
  BREACHED_PASSWORDS_URL: webUrl(optional),
  CORS_ORIGINS: origins(optional),
  LOG_LEVEL: str<LogLevel>({ choices: ['debug', 'info', 'warning', 'error', 'critical'], default: 'info' }),
  TRUST_PROXY: trustProxy({ default: false }),
  DATABASE_POOL_MAX: integer(1, 1000)({ default: 10 }),
  DATABASE_CONNECT_TIMEOUT_MS: integer(1, 600_000)({ default: 5000 }),
  DATABASE_STATEMENT_TIMEOUT_MS: integer(1, 600_000)({ default: 10_000 }),
  DATABASE_ACQUIRE_TIMEOUT_MS: integer(1, 600_000)({ default: 10_000 }),
  RATE_LIMIT_FACTOR: factor({ default: 1 }),
  BCRYPT_COST: integer(4, 20)({ default: 12 }),
  HASH_THREADS: integer(1, 128)(optional),
  HASH_QUEUE_MAX: integer(1, 100_000)({ default: 200 }),
  TLS_CERT_FILE: str(optional),
  TLS_KEY_FILE: str(optional),
  CONNECTIONS_MAX: integer(1, 1_000_000)({ default: 10_000 }),
  KEEP_ALIVE_TIMEOUT_MS: integer(1000, 7_200_000)({ default: 125_000 }),
  HSTS_INCLUDE_SUBDOMAINS: bool({ default: false }),
  SHUTDOWN_TIMEOUT_MS: integer(1, 600_000)({ default: 10_000 }),
};
