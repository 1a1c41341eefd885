import { createRequire } from 'node:module';
import { pino, type Level, type Logger } from 'pino';
import type { PrettyOptions, PrettyStream } from 'pino-pretty';
import type { Config } from '../config/config.js';
import type { LogLevel } from '../config/settings.js';
import type { Tracing } from './tracing/tracing.js';

export type { Logger };

const require = createRequire(import.meta.url);

/** Pino's names of our levels. */
export const pinoLevels: Record<LogLevel, Level> = {
  debug: 'debug',
  info: 'info',
  warning: 'warn',
  error: 'error',
  critical: 'fatal',
};
const ourNames = new Map(Object.entries(pinoLevels).map(([ours, pinos]) => [pinos as string, ours]));

/** Redacted from every line. The first defence is not to log such objects at all. */
const secrets = ['password', 'passwordHash', 'authorization', 'cookie', 'token', 'access_token', 'accessToken'];
const settings = ['secretKey', 'previousSecretKey', 'databaseUrl', 'migrationDatabaseUrl', 'redisUrl', 'smtpUrl'];
const secretNames = [...secrets, 'refresh_token', ...settings];

/** Logs these fields of an error only: database errors also carry the statement and its values. */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const { type, message, stack } = pino.stdSerializers.err(error);
  const { code, original } = error as { code?: unknown; original?: { code?: unknown } };
  return { type, message, code: code ?? original?.code, stack };
}

/**
 * A logger that writes JSON lines to standard output, or readable lines in development. It writes synchronously: a process that
 * exits would lose its last lines otherwise.
 * @param destination replaces standard output
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

/** A logger that adds trace ids to its lines. */
export function tracedLogger(logger: Logger, tracing: Tracing): Logger {
  if (!tracing.isOn) return logger;
  const log = (fields: object): object => ({ ...tracing.ids(), ...fields });
  return logger.child({}, { formatters: { log } });
}

function readableLines(): PrettyStream {
  const pretty = require('pino-pretty') as (options: PrettyOptions) => PrettyStream;
  return pretty({
    sync: true,
    singleLine: true,
    translateTime: 'SYS:HH:MM:ss',
    levelKey: 'level',
    // pino-pretty only knows pino's level names.
    customPrettifiers: {
      level: (level, _key, _log, { labelColorized }) =>
        labelColorized.replace('USERLVL', (level as string).toUpperCase()),
    },
  });
}
