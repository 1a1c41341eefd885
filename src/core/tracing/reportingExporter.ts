import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { Logger } from '../logger.js';

/** How long failures are only counted after one has been logged, in milliseconds. */
const quietMs = 60_000;

/** Says in the log, at most once a minute, that spans could not be sent, and to nobody else. */
export class ReportingExporter implements SpanExporter {
  private lost = 0;
  private reportedAt = -Infinity;

  constructor(
    private readonly exporter: SpanExporter,
    private readonly logger: Pick<Logger, 'warn'>,
    private readonly now = () => performance.now(),
  ) {}

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.exporter.export(spans, ({ code, error }) => {
      if (code === ExportResultCode.FAILED) this.report(spans.length, error);
      done({ code: ExportResultCode.SUCCESS });
    });
  }

  async forceFlush(): Promise<void> {
    await this.exporter.forceFlush?.();
  }

  async shutdown(): Promise<void> {
    await this.exporter.shutdown();
  }

  private report(spans: number, error: unknown): void {
    this.lost += spans;
    const now = this.now();
    if (now - this.reportedAt < quietMs) return;
    this.logger.warn({ err: error, lost_spans: this.lost }, 'Traces could not be sent');
    this.lost = 0;
    this.reportedAt = now;
  }
}
