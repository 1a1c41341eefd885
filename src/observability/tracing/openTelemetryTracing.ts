import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingHttpHeaders } from 'node:http';
import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
  type TextMapGetter,
  type Tracer,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Logger } from '../logger.js';
import { reportingExporter } from './reportingExporter.js';
import type { OpenSpan, RequestSpan, SpanStart, TraceIds, Tracing } from './tracing.js';

const serviceName = 'smart-audit-api';

/** Clients choose how long a path is. */
const attributeValueLengthLimit = 1000;

/** In characters (W3C Trace Context, section 3.3.1.5). Longer headers are ignored. */
const traceHeaderMax = 512;

const traceHeaders: TextMapGetter<IncomingHttpHeaders> = {
  keys: (headers) => Object.keys(headers),
  get: (headers, name) => (String(headers[name] ?? '').length <= traceHeaderMax ? headers[name] : undefined),
};

const kinds = { client: SpanKind.CLIENT, consumer: SpanKind.CONSUMER };

/**
 * Spans by OpenTelemetry's SDK, sent in batches by OTLP over HTTP. Nothing is registered globally. The SDK reads its standard
 * environment variables for sampling, batching, exporting and the resource.
 */
export class OpenTelemetryTracing implements Tracing {
  readonly isOn = true;
  private readonly context = new AsyncLocalStorage<Context>();
  private readonly propagator = new W3CTraceContextPropagator();
  private readonly provider: BasicTracerProvider;
  private readonly tracer: Tracer;

  /** @param endpoint a base URL without a trailing slash, to which /v1/traces is added */
  constructor(endpoint: string, version: string, logger: Pick<Logger, 'warn'>, worker?: number) {
    const exporter = reportingExporter(new OTLPTraceExporter({ url: `${endpoint}/v1/traces` }), logger);
    const own = { 'service.name': serviceName, 'service.version': version };
    const resource = defaultResource()
      .merge(resourceFromAttributes(worker === undefined ? own : { ...own, 'smart_audit.worker': worker }))
      .merge(detectResources({ detectors: [envDetector] }));
    this.provider = new BasicTracerProvider({
      resource,
      spanLimits: { attributeValueLengthLimit },
      spanProcessors: [new BatchSpanProcessor(exporter)],
    });
    this.tracer = this.provider.getTracer(serviceName, version);
  }

  async span<T>(start: SpanStart, work: (span: OpenSpan) => Promise<T>): Promise<T> {
    const parent = this.context.getStore();
    return parent ? this.within(parent, start, work) : work({ setAttributes: () => undefined });
  }

  async root<T>(start: SpanStart, work: (span: OpenSpan) => Promise<T>): Promise<T> {
    return this.within(ROOT_CONTEXT, start, work);
  }

  request({ name, attributes }: SpanStart, headers: IncomingHttpHeaders, work: (span: RequestSpan) => void): void {
    const parent = this.propagator.extract(ROOT_CONTEXT, headers, traceHeaders);
    const span = this.tracer.startSpan(name, { kind: SpanKind.SERVER, ...(attributes && { attributes }) }, parent);
    const end: RequestSpan['end'] = ({ name: finalName, attributes: more, hasFailed }) => {
      span.updateName(finalName).setAttributes(more);
      if (hasFailed) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    };
    this.context.run(trace.setSpan(parent, span), work, { ids: idsOf(span), end });
  }

  ids(): TraceIds | undefined {
    const context = this.context.getStore();
    const span = context && trace.getSpan(context);
    return span && idsOf(span);
  }

  async close(): Promise<void> {
    await this.provider.shutdown();
  }

  private async within<T>(
    parent: Context,
    { name, kind, attributes }: SpanStart,
    work: (span: OpenSpan) => Promise<T>,
  ): Promise<T> {
    const options = { kind: kind ? kinds[kind] : SpanKind.INTERNAL, ...(attributes && { attributes }) };
    const span = this.tracer.startSpan(name, options, parent);
    try {
      return await this.context.run(trace.setSpan(parent, span), work, span);
    } catch (error) {
      // Not its message, which may contain personal data.
      span.setAttribute('error.type', errorType(error)).setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  }
}

function idsOf(span: Span): TraceIds {
  const { traceId, spanId } = span.spanContext();
  return { trace_id: traceId, span_id: spanId };
}

/** The code of an application, system or database error, or else its class. */
function errorType(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { code, original } = error as { code?: string | number; original?: { code?: string } };
  return String(code ?? original?.code ?? error.name);
}
