import { ExportResultCode } from '@opentelemetry/core';
import type { SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { Logger } from '../logger.js';
import { QuietWarning } from '../quietWarning.js';

/** Logs failed exports at most once a minute, and hides them from the SDK. */
export function reportingExporter(
  exporter: SpanExporter,
  logger: Pick<Logger, 'warn'>,
  now?: () => number,
): SpanExporter {
  const warning = new QuietWarning(logger, 'Could not send traces', 'lost_spans', now);
  return {
    export: (spans, done) =>
      exporter.export(spans, ({ code, error }) => {
        if (code === ExportResultCode.FAILED) warning.happened({ err: error }, spans.length);
        done({ code: ExportResultCode.SUCCESS });
      }),
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  };
}
