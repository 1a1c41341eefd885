import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { Logger } from '../logger.js';
import { QuietWarning } from '../quietWarning.js';

/** Logs failed exports at most once a minute, and hides them from the SDK. */
export class ReportingExporter implements SpanExporter {
  private readonly warning: QuietWarning;

  constructor(
    private readonly exporter: SpanExporter,
    logger: Pick<Logger, 'warn'>,
    now?: () => number,
  ) {
    this.warning = new QuietWarning(logger, 'Could not send traces', 'lost_spans', now);
  }

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.exporter.export(spans, ({ code, error }) => {
      if (code === ExportResultCode.FAILED) this.warning.happened({ err: error }, spans.length);
      done({ code: ExportResultCode.SUCCESS });
    });
  }

  async forceFlush(): Promise<void> {
    await this.exporter.forceFlush?.();
  }

  async shutdown(): Promise<void> {
    await this.exporter.shutdown();
  }
}
