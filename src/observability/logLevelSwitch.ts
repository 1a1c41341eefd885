import { pinoLevels, type Logger } from './logger.js';
import type { LogLevel } from '../config/settings.js';

/**
 * Returns a function that toggles a logger and its children between debug and its usual level, and logs that at any level.
 * @param usual the logger's level now
 */
export function logLevelSwitch(logger: Logger, usual: LogLevel): () => void {
  let now = usual;
  return () => {
    now = now === 'debug' ? usual : 'debug';
    // Log before switching back: level `error` would drop the line.
    logger.level = 'debug';
    logger.info({ log_level: now }, 'Log level');
    logger.level = pinoLevels[now];
  };
}
