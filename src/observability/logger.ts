import { createRequire } from 'node:module';
import { pino, type Level, type Logger } from 'pino';
import type { PrettyOptions, PrettyStream } from 'pino-pretty';
import type { Config } from '../config/config.js';
import type { LogLevel } from '../config/settings.js';

export type { Logger };

const require = createRequire(import.meta.url);

/** What pino calls our levels. */
export const pinoLevels: Record<LogLevel, Level> = {
  debug: 'debug',
  info: 'info',
  warning: 'warn',
  error: 'error',
  critical: 'fatal',
};
const ourNames = new Map(Object.entries(pinoLevels).map(([ours, pinos]) => [pinos as string, ours]));

/** What must never be in a line, whoever puts it there. The first defence is not to log such objects at all. */
const secrets = ['password', 'passwordHash', 'authorization', 'cookie', 'token', 'access_token', 'accessToken'];
const settings = ['secretKey', 'previousSecretKey', 'databaseUrl', 'migrationDatabaseUrl', 'redisUrl', 'smtpUrl'];
const secretNames = [...secrets, 'refresh_token', ...settings];

/**
 * What a line says of an error: these fields and no others. Errors of the database carry the statement and its values,
 * which are what people entrusted to us.
 */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const { type, message, stack } = pino.stdSerializers.err(error);
  const { code, original } = error as { code?: unknown; original?: { code?: unknown } };
  return { type, message, code: code ?? original?.code, stack };
}

/**
 * A logger that writes one JSON object a line to standard output, or readable lines in development. It writes at once:
 * pino's background writes come after, or never, what a process writes last, and cost no less.
 * @param destination where to write instead
 */
export function createLogger(config: Pick<Config, 'env' | 'logLevel'>, destination?: NodeJS.WritableStream): Logger {
  const options = {
    level: pinoLevels[config.logLevel],
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: ourNames.get(label) ?? label }) },
    serializers: { err: describeError },
    redact: { paths: secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[secret]' },
  };
  if (destination) return pino(options, destination);
  if (config.env === 'development') return pino(options, readableLines());
  return pino(options, pino.destination({ dest: 1, sync: true }));
}

/** Loaded in development only. */
function readableLines(): PrettyStream {
  const pretty = require('pino-pretty') as (options: PrettyOptions) => PrettyStream;
  return pretty({
    sync: true,
    singleLine: true,
    translateTime: 'SYS:HH:MM:ss',
    levelKey: 'level',
    // pino-pretty knows no names but pino's own.
    customPrettifiers: {
      level: (level, _key, _log, { labelColorized }) =>
        labelColorized.replace('USERLVL', (level as string).toUpperCase()),
    },
  });
}
