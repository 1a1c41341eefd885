import type { IncomingHttpHeaders } from 'node:http';

/** What a span says. Never what people entrusted to us: no header, query, body, address or value of a statement. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** What a span is made of. */
export interface SpanStart {
  name: string;
  /** `client`: a call of another system; `consumer`: a job that was waiting. Internal if nothing else is said. */
  kind?: 'client' | 'consumer';
  attributes?: Attributes;
}

/** A span while its work is done. */
export interface OpenSpan {
  setAttributes(attributes: Attributes): unknown;
}

/** Where a line of the log belongs, by the names that it has there. */
export interface TraceIds {
  trace_id: string;
  span_id: string;
}

/** The span of a request, from its arrival until it is answered or given up. */
export interface RequestSpan {
  readonly ids: TraceIds;
  /** @param end.hasFailed whether it is the server's fault */
  end(end: { name: string; attributes: Attributes; hasFailed: boolean }): void;
}

/** Spans around what takes time. What is thrown in a span's work marks it as failed, and goes on. */
export interface Tracing {
  /** False: spans are not made, and what would be asked of them for each request can be left out. */
  readonly isOn: boolean;
  /** Does some work in a span of the trace that it is part of. Outside of any trace there is no span. */
  span<T>(start: SpanStart, work: (span: OpenSpan) => Promise<T>): Promise<T>;
  /** Does some work in a trace of its own. */
  root<T>(start: SpanStart, work: (span: OpenSpan) => Promise<T>): Promise<T>;
  /** Begins the span of a request, in the trace of its traceparent (W3C Trace Context), if it has one. */
  request(start: SpanStart, headers: IncomingHttpHeaders, work: (span: RequestSpan) => void): void;
  /** Where the code that calls this is; undefined outside of any trace. */
  ids(): TraceIds | undefined;
  /** Sends what has not been sent. */
  close(): Promise<void>;
}

const noSpan: OpenSpan = { setAttributes: () => undefined };
const noRequestSpan: RequestSpan = { ids: { trace_id: '', span_id: '' }, end: () => undefined };

/** Makes no spans. */
export const noTracing: Tracing = {
  isOn: false,
  span: (_start, work) => work(noSpan),
  root: (_start, work) => work(noSpan),
  request: (_start, _headers, work) => work(noRequestSpan),
  ids: () => undefined,
  close: async () => undefined,
};
