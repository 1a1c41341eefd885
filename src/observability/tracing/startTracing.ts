import type { Config } from '../../config/config.js';
import type { Logger } from '../logger.js';
import { noTracing, type Tracing } from './tracing.js';

/**
 * Starts tracing if OTEL_EXPORTER_OTLP_ENDPOINT is set, and only then loads OpenTelemetry's SDK.
 * @param worker the worker's id, for its resource
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
