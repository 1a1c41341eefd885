import type { IncomingMessage } from 'node:http';
import { expect } from 'chai';
import { signedInAdmin } from '../support/accounts.js';
import { describedOperations, exampleBody, examplePath, filledPath } from '../support/contract.js';
import { rawRequest } from '../support/rawRequest.js';
import { startTestApp, type TestApp } from '../support/testApp.js';

/** Largest ratio of the times of a long and a short input: linear readers stay below 5, backtracking patterns exceed 100. */
const ratioMax = 20;
const longLength = 15_000;

const shapes = ['a', '1', ' ', '\t', ',', ';=', '%', '"', '.', '@'];

/** All headers that the server reads, with prefixes that its parsers accept. */
const headers: Readonly<Record<string, readonly string[]>> = {
  accept: ['x', 'text/css;q='],
  'accept-encoding': ['x', 'br;q='],
  authorization: ['x', 'bearer', 'Bearer ', 'Bearer a.b.c '],
  'cache-control': ['x', 'no-cache'],
  'content-encoding': ['gzip'],
  'content-length': ['2'],
  'content-type': ['x', 'application/json;', 'application/json; charset=utf-8;'],
  cookie: ['x', '__Secure-refresh_token='],
  expect: ['100-continue'],
  host: ['a:'],
  'if-modified-since': ['Tue, 1'],
  'if-none-match': ['x', 'W/"'],
  origin: ['x', 'http://localhost:3000'],
  prefer: ['x', 'refresh-cookie;'],
  traceparent: ['x', '01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-'],
  tracestate: ['x', 'a='],
  'transfer-encoding': ['chunked'],
  'user-agent': ['x'],
  'x-forwarded-for': ['x', '127.0.0.1,', '::1,1:'],
  'x-forwarded-proto': ['x', 'https,'],
  'x-request-id': ['x'],
};

/** An unsampled trace. */
const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00';

/** A request with a repeated text at one place of it. */
interface Place {
  name: string;
  request: (shape: string, length: number) => string;
}

interface Parts {
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: unknown;
}

describe('a long text', () => {
  let app: TestApp;
  let token: string;
  const read = new Set<string>();
  before(async () => {
    app = await startTestApp({ TRUST_PROXY: 'loopback', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' });
    ({ token } = await signedInAdmin(app));
    app.server.prependListener('request', (req: IncomingMessage) => {
      const get = (fields: object, name: string): unknown => (read.add(name), Reflect.get(fields, name));
      Object.defineProperty(req, 'headers', { value: new Proxy(req.headers, { get }), writable: true });
    });
  });
  after(() => app.close());

  function bytes({ method, path, headers: own = {}, body }: Parts): string {
    const text = body === undefined ? '' : JSON.stringify(body);
    const type = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) };
    const base = { host: 'x', authorization: `Bearer ${token}`, 'if-none-match': 'x', traceparent };
    const all = { ...base, ...(body !== undefined && type), ...own, connection: 'close' };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
    return [`${method} ${path} HTTP/1.1`, ...lines, '', text].join('\r\n');
  }

  /** Every header, at operations that read them all. */
  function headerPlaces(): Place[] {
    const targets = [
      { method: 'GET', path: '/docs/page.css' },
      { method: 'POST', path: '/auth/refresh', body: {} },
      { method: 'GET', path: '/api/v1/users/me' },
    ];
    return targets.flatMap((target) =>
      Object.entries(headers).flatMap(([name, starts]) =>
        starts.map((start) => ({
          name: `${target.path} ${name}: ${start}`,
          request: (shape, length) => bytes({ ...target, headers: { [name]: `${start}${filled(shape, length)}` } }),
        })),
      ),
    );
  }

  function placeOf(name: string, request: (text: string) => Parts): Place {
    return { name, request: (shape, length) => bytes(request(filled(shape, length))) };
  }

  /** Parameter names in the query and field names in the body. */
  function namePlaces(): Place[] {
    const query = (path: string): Place =>
      placeOf(`${path} query names`, (text) => ({ method: 'GET', path: `${path}?${manyNames(text).join('&')}` }));
    const body = (text: string): object => Object.fromEntries(manyNames(text).map((name) => [name, 1]));
    return [
      query('/health/live'),
      query('/api/v1/users'),
      placeOf('body names', (text) => ({ method: 'POST', path: '/auth/login', body: body(text) })),
    ];
  }

  /** Every string in the path, the query and the body of every operation. */
  function fieldPlaces(): Place[] {
    return [...describedOperations()].flatMap(([id, { method, operation }]) => {
      const [path, body] = [examplePath(id), exampleBody(id)];
      const target = { method, path: filledPath(id, path), body };
      const fields = operation.requestBody?.content['application/json']?.schema.properties ?? {};
      const places = [...(operation.parameters ?? []), ...Object.keys(fields).map((name) => ({ name, in: 'body' }))];
      const requests: Record<string, (name: string, text: string) => Parts> = {
        path: (name, text) => ({
          ...target,
          path: filledPath(id, { ...path, [name]: 'TEXT' }).replace('TEXT', () => encoded(text)),
        }),
        query: (name, text) => ({ ...target, path: `${target.path}?${name}=${encoded(text)}` }),
        body: (name, text) => ({ ...target, body: { ...body, [name]: text } }),
      };
      return places.flatMap(({ name, in: kind }) => {
        const request = requests[kind];
        return request ? [placeOf(`${id} ${kind} ${name}`, (text) => request(name, text))] : [];
      });
    });
  }

  /** Processor time in milliseconds: waiting on a busy machine does not count. */
  async function timed(request: string): Promise<number> {
    const before = process.cpuUsage();
    expect(await rawRequest(app.url, request)).to.match(/^HTTP\/1\.1 (?!500)/);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  }

  it('takes time at most linear in its length, in every input', async () => {
    const suspects: { name: string; request: string; limit: number }[] = [];
    for (const { name, request } of [...headerPlaces(), ...namePlaces(), ...fieldPlaces()]) {
      const [shorts, longs]: [number[], number[]] = [[], []];
      for (const shape of shapes) {
        shorts.push(await timed(request(shape, 15)));
        longs.push(await timed(request(shape, longLength)));
      }
      const limit = ratioMax * Math.min(...shorts);
      const slow = shapes.filter((_shape, index) => longs[index]! > limit);
      for (const shape of slow) suspects.push({ name: `${name}${shape}`, request: request(shape, longLength), limit });
    }
    // Backtracking is slow every time, other load is not.
    const slow = [];
    for (const { name, request, limit } of suspects) {
      const fastest = Math.min(await timed(request), await timed(request), await timed(request));
      if (fastest > limit) slow.push(`${name} ${Math.round(fastest)} ms`);
    }
    expect(slow).to.deep.equal([]);
    // Node itself reads Expect.
    expect([...read, 'expect'], 'headers that are read').to.have.members(Object.keys(headers));
  });
});

/** The last character matches few patterns, which makes them backtrack. */
function filled(shape: string, length: number): string {
  return `${shape.repeat(length / shape.length)}~`;
}

/** The text encoded for a URL, cut to its original length. */
function encoded(text: string): string {
  return text.startsWith('%') ? text : `${encodeURIComponent(text).slice(0, text.length - 1)}~`;
}

/** Distinct names with brackets, about as long as the text in total. */
function manyNames(text: string): string[] {
  return Array.from({ length: Math.ceil(text.length / 15) }, (_, index) => `a[${index}${encoded(text.slice(0, 4))}]`);
}
