import { pinoLevels, type Logger } from './logger.js';
import type { LogLevel } from '../config/settings.js';

/** Toggles a logger and its children between debug and its usual level. */
export class LogLevelSwitch {
  private now: LogLevel;

  /** @param usual the logger's level now */
  constructor(
    private readonly logger: Logger,
    private readonly usual: LogLevel,
  ) {
    this.now = usual;
  }

  get isSwitched(): boolean {
    return this.now !== this.usual;
  }

  /** Toggles the level, and logs it at any level. */
  turn(): void {
    this.now = this.now === 'debug' ? this.usual : 'debug';
    // Log before switching back: level `error` would drop the line.
    this.logger.level = 'debug';
    this.logger.info({ log_level: this.now }, 'Log level');
    this.logger.level = pinoLevels[this.now];
  }
}
