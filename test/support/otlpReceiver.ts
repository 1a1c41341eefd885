import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

type Values = Record<string, string | number | boolean>;

/** A span as it arrived. */
export interface ReceivedSpan {
  name: string;
  /** As OTLP counts: 1 internal, 2 server, 3 client, 5 consumer. */
  kind: number;
  traceId: string;
  spanId: string;
  /** Undefined for one that begins a trace. */
  parentSpanId: string | undefined;
  attributes: Values;
  isError: boolean;
  durationMs: number;
  /** What the process says of itself. */
  resource: Values;
}

interface KeyValue {
  key: string;
  value: { stringValue?: string; intValue?: number; doubleValue?: number; boolValue?: boolean };
}

interface OtlpSpan {
  name: string;
  kind: number;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: KeyValue[];
  status: { code?: number };
}

interface OtlpTraces {
  resourceSpans: { resource: { attributes: KeyValue[] }; scopeSpans: { spans: OtlpSpan[] }[] }[];
}

function valuesOf(pairs: readonly KeyValue[]): Values {
  const entries = pairs.map(({ key, value }) => [key, Object.values(value)[0]!] as const);
  return Object.fromEntries(entries);
}

function spansOf({ resourceSpans }: OtlpTraces): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map(({ startTimeUnixNano, endTimeUnixNano, status, attributes, parentSpanId, ...span }) => ({
        name: span.name,
        kind: span.kind,
        traceId: span.traceId,
        spanId: span.spanId,
        parentSpanId,
        attributes: valuesOf(attributes),
        isError: status.code === 2,
        durationMs: Number(BigInt(endTimeUnixNano) - BigInt(startTimeUnixNano)) / 1e6,
        resource: valuesOf(resource.attributes),
      })),
    ),
  );
}

/** What collects traces: a receiver of OTLP over HTTP, in JSON. */
export class OtlpReceiver {
  readonly spans: ReceivedSpan[] = [];
  /** How many requests have come. */
  requests = 0;
  private received = '';
  private readonly server = createServer((req, res) => {
    this.requests += 1;
    if (this.hangs) return;
    void this.keep(req).then(() => res.writeHead(200, { 'Content-Type': 'application/json' }).end('{}'));
  });

  private constructor(private readonly hangs: boolean) {}

  /** @param options.hangs whether it takes requests and never answers them */
  static async start({ hangs = false } = {}): Promise<OtlpReceiver> {
    const receiver = new OtlpReceiver(hangs);
    receiver.server.listen(0, '127.0.0.1');
    await once(receiver.server, 'listening');
    return receiver;
  }

  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** All that has come, as it came. */
  get text(): string {
    return this.received;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async keep(req: IncomingMessage): Promise<void> {
    const body = await text(req);
    if (req.url !== '/v1/traces') throw new Error(`Traces came to ${req.url}.`);
    this.received += body;
    this.spans.push(...spansOf(JSON.parse(body) as OtlpTraces));
  }
}
