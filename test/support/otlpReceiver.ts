import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { listen } from './listen.js';

type Values = Record<string, string | number | boolean>;

/** A span as it arrived. */
export interface ReceivedSpan {
  name: string;
  /** As in OTLP: 1 internal, 2 server, 3 client, 5 consumer. */
  kind: number;
  traceId: string;
  spanId: string;
  /** Undefined for the root of a trace. */
  parentSpanId: string | undefined;
  attributes: Values;
  isError: boolean;
  durationMs: number;
  /** The resource attributes of the process. */
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
  return Object.fromEntries(pairs.map(({ key, value }) => [key, Object.values(value)[0]!]));
}

function spansOf({ resourceSpans }: OtlpTraces): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map(({ startTimeUnixNano, endTimeUnixNano, status, attributes, ...span }) => ({
        ...span,
        parentSpanId: span.parentSpanId,
        attributes: valuesOf(attributes),
        isError: status.code === 2,
        durationMs: Number(BigInt(endTimeUnixNano) - BigInt(startTimeUnixNano)) / 1e6,
        resource: valuesOf(resource.attributes),
      })),
    ),
  );
}

/** A receiver of traces by OTLP over HTTP, in JSON. */
export class OtlpReceiver {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  url = '';
  readonly spans: ReceivedSpan[] = [];
  /** The bodies of all requests. */
  text = '';
  /** The number of requests received. */
  requests = 0;
  private readonly server = createServer((req, res) => {
    this.requests += 1;
    if (this.hangs) return;
    void this.keep(req).then(() => res.writeHead(200, { 'Content-Type': 'application/json' }).end('{}'));
  });

  private constructor(private readonly hangs: boolean) {}

  /** @param options.hangs whether it accepts requests and never answers them */
  static async start({ hangs = false } = {}): Promise<OtlpReceiver> {
    const receiver = new OtlpReceiver(hangs);
    receiver.url = `http://127.0.0.1:${await listen(receiver.server)}`;
    return receiver;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async keep(req: IncomingMessage): Promise<void> {
    const body = await text(req);
    if (req.url !== '/v1/traces') throw new Error(`Traces came to ${req.url}.`);
    this.text += body;
    this.spans.push(...spansOf(JSON.parse(body) as OtlpTraces));
  }
}
