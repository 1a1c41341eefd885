import type { Config } from '../../config/config.js';
import type { Logger } from '../logger.js';
import { noTracing, type Tracing } from './tracing.js';

/**
 * Traces, where a receiver is named. Only then is anything of OpenTelemetry's SDK loaded.
 * @param worker the number of this process, where there are several
 */
export async function startTracing(
  { tracesEndpoint: endpoint, version }: Pick<Config, 'tracesEndpoint' | 'version'>,
  logger: Logger,
  worker?: number,
): Promise<Tracing> {
  if (endpoint === undefined) return noTracing;
  const { OpenTelemetryTracing } = await import('./openTelemetryTracing.js');
  return new OpenTelemetryTracing({ endpoint, version, worker }, logger);
}
