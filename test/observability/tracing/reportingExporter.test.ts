import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';
import { expect } from 'chai';
import { reportingExporter } from '../../../src/observability/tracing/reportingExporter.js';

describe('reportingExporter', () => {
  let now = 0;
  let outcome: ExportResult;
  let lines: object[];
  const inner: SpanExporter = { export: (_spans, done) => done(outcome), shutdown: async () => undefined };
  const exporter = reportingExporter(inner, { warn: (fields: object) => lines.push(fields) }, () => now);

  /** The result code of an export of this many spans. */
  function send(count: number): number | undefined {
    let code: number | undefined;
    exporter.export(Array<ReadableSpan>(count), (result) => (code = result.code));
    return code;
  }

  it('logs failures at most once a minute with the number of lost spans, and reports success to the SDK', () => {
    lines = [];
    outcome = { code: ExportResultCode.SUCCESS };
    send(1);
    expect(lines).to.deep.equal([]);
    const error = new Error('connect ECONNREFUSED');
    outcome = { code: ExportResultCode.FAILED, error };
    for (const [at, count] of [
      [0, 3],
      [30_000, 4],
      [59_999, 5],
      [60_000, 6],
    ] as const) {
      now = at;
      expect(send(count)).to.equal(ExportResultCode.SUCCESS);
    }
    expect(lines).to.deep.equal([
      { err: error, lost_spans: 3 },
      { err: error, lost_spans: 15 },
    ]);
  });
});
