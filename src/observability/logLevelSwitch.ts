import { pinoLevels, type Logger } from './logger.js';
import type { LogLevel } from '../config/settings.js';

/** Switches a logger, and with it all its children, to debug and back. */
export class LogLevelSwitch {
  private now: LogLevel;

  /** @param usual the level that the logger has */
  constructor(
    private readonly logger: Logger,
    private readonly usual: LogLevel,
  ) {
    this.now = usual;
  }

  get isSwitched(): boolean {
    return this.now !== this.usual;
  }

  /** To debug, or back from there. Says so in the log, whatever the level. */
  turn(): void {
    this.now = this.now === 'debug' ? this.usual : 'debug';
    // While it logs all: a line about the level `error` would not be written at that level.
    this.logger.level = 'debug';
    this.logger.info({ log_level: this.now }, 'Log level');
    this.logger.level = pinoLevels[this.now];
  }
}
