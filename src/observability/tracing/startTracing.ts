import type { Config } from '../../config/config.js';
import type { Logger } from '../logger.js';
import { noTracing, type Tracing } from './tracing.js';

/**
 * Starts tracing if OTEL_EXPORTER_OTLP_ENDPOINT is set, and only then loads OpenTelemetry's SDK.
 * @param worker the worker's id
 */
export async function startTracing(config: Config, logger: Logger, worker?: number): Promise<Tracing> {
  if (config.tracesEndpoint === undefined) return noTracing;
  const { OpenTelemetryTracing } = await import('./openTelemetryTracing.js');
  return new OpenTelemetryTracing(config.tracesEndpoint, config.version, logger, worker);
}
