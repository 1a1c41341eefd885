import type { IncomingHttpHeaders } from 'node:http';

/** Span attributes. Never personal data: no header, query, body, address or statement value. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

export interface SpanStart {
  name: string;
  /** `client`: a call to another system; `consumer`: a job. Default: internal. */
  kind?: 'client' | 'consumer';
  attributes?: Attributes;
}

export interface OpenSpan {
  setAttributes(attributes: Attributes): unknown;
}

/** Fields that link a log line to its trace. */
export interface TraceIds {
  trace_id: string;
  span_id: string;
}

/** The span of a request, until it is answered or aborted. */
export interface RequestSpan {
  readonly ids: TraceIds;
  /** @param end.hasFailed whether the server failed */
  end(end: { name: string; attributes: Attributes; hasFailed: boolean }): void;
}

/** Makes spans. An error thrown in a span's work marks it as failed and is rethrown. */
export interface Tracing {
  /** False: no spans are made, so callers can skip preparing them. */
  readonly isOn: boolean;
  /** Runs `work` in a span of the current trace; without a trace, in none. */
  span<T>(start: SpanStart, work: (span: OpenSpan) => Promise<T>): Promise<T>;
  /** Runs `work` in a new trace. */
  root<T>(start: SpanStart, work: (span: OpenSpan) => Promise<T>): Promise<T>;
  /** Starts the span of a request, in the trace of its traceparent header (W3C Trace Context) if any. */
  request(start: SpanStart, headers: IncomingHttpHeaders, work: (span: RequestSpan) => void): void;
  /** The current span; undefined outside of any trace. */
  ids(): TraceIds | undefined;
  /** Sends pending spans. */
  close(): Promise<void>;
}

const noSpan: OpenSpan = { setAttributes: () => undefined };
const noRequestSpan: RequestSpan = { ids: { trace_id: '', span_id: '' }, end: () => undefined };

export const noTracing: Tracing = {
  isOn: false,
  span: (_start, work) => work(noSpan),
  root: (_start, work) => work(noSpan),
  request: (_start, _headers, work) => work(noRequestSpan),
  ids: () => undefined,
  close: async () => undefined,
};
