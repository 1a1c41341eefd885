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
const secrets = ['password', 'authorization', 'cookie', 'token', 'access_token', 'refresh_token', 'secretKey'];

/**
 * A logger that writes one JSON object a line to standard output, or readable lines in development.
 * @param destination where to write instead
 */
export function createLogger(config: Pick<Config, 'env' | 'logLevel'>, destination?: NodeJS.WritableStream): Logger {
  const options = {
    level: pinoLevels[config.logLevel],
    base: null,
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
