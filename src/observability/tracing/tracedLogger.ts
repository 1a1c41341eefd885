import type { Logger } from '../logger.js';
import type { Tracing } from './tracing.js';

/** A logger that adds trace ids to its lines. */
export function tracedLogger(logger: Logger, tracing: Tracing): Logger {
  if (!tracing.isOn) return logger;
  const log = (fields: object): object => ({ ...tracing.ids(), ...fields });
  return logger.child({}, { formatters: { log } });
}
