import { pino, type Level, type Logger } from 'pino';
import { type PrettyStream, default as pretty } from 'pino-pretty';
import type { Config, LogLevel } from './config.js';

export type { Logger };

const pinoLevels: Record<LogLevel, Level> = {
  debug: 'debug',
  info: 'info',
  warning: 'warn',
  error: 'error',
  critical: 'fatal',
};
const ourNames = new Map(Object.entries(pinoLevels).map(([ours, pinos]) => [pinos as string, ours]));

/** What must never be in a line, wherever somebody puts it. The first defence is not to log such objects at all. */
const secrets = [
  'password',
  'passwordHash',
  'authorization',
  'cookie',
  'token',
  'access_token',
  'accessToken',
  'refresh_token',
  'secretKey',
  'databaseUrl',
];

/** Of an error only what tells what happened: a database error also carries its statement, its values and whole rows. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { type, message, stack } = pino.stdSerializers.err(error);
  const { code, original } = error as { code?: unknown; original?: { code?: unknown } };
  return { type, message, code: code ?? original?.code, stack };
}

/**
 * A logger that writes one JSON object a line to standard output, or readable lines in development.
 * @param destination where to write instead
 */
export function createLogger(config: Pick<Config, 'env' | 'logLevel'>, destination?: NodeJS.WritableStream): Logger {
  const options = {
    level: pinoLevels[config.logLevel],
    base: null,
    serializers: { err: describeError },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: ourNames.get(label) ?? label }) },
    redact: { paths: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[secret]' },
  };
  if (destination) return pino(options, destination);
  if (config.env === 'development') return pino(options, readableLines());
  return pino(options);
}

function readableLines(): PrettyStream {
  return pretty({ ignore: 'request_id', singleLine: true, translateTime: 'SYS:HH:MM:ss', levelKey: 'level' });
}
