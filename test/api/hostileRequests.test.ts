import { expect } from 'chai';
import type { Test } from 'supertest';
import { signedInAccount, signedInAdmin, type TestAccount } from '../support/accounts.js';
import { describedOperation, describedOperations, exampleBody, examplePath, noteCode } from '../support/contract.js';
import { bodyOf, rawRequest } from '../support/rawRequest.js';
import { codeOf, startTestApp, type Sent, type TestApp } from '../support/testApp.js';

const malformed = { code: 'malformed_request', status_code: 400 };
const json = 'Content-Type: application/json\r\n';

describe('unexpected requests', () => {
  let app: TestApp;
  let account: TestAccount;
  before(async () => {
    app = await startTestApp({ SIGN_IN_FAILURES_MAX: '100000', SIGN_IN_ADDRESS_FAILURES_MAX: '100000' });
    account = await signedInAccount(app);
  });
  after(() => app.close());

  const raw = (...lines: string[]): Promise<string> =>
    rawRequest(app.url, [...lines, 'Host: x', 'Connection: close', '', ''].join('\r\n'));

  for (const path of [
    '/nothing',
    '/api/v1/user',
    '/api/v1/users/me/',
    '/API/v1/users/me',
    '/Auth/Login',
    '//',
    '/%2e%2e',
    '/docs/a/b',
    '/docs//',
  ]) {
    it(`answers 404 for ${path}`, async () => {
      const response = await app.request('get', path);
      expect(response.status).to.equal(404);
      noteCode(response.body);
      expect(response.body).to.include({ code: 'not_found', status_code: 404 });
    });
  }

  it('answers 405 with Allow for another method', async () => {
    const response = await app.request('put', '/api/v1/users/me');
    expect(response.status).to.equal(405);
    noteCode(response.body);
    expect(response.body).to.include({ code: 'method_not_allowed', status_code: 405 });
    expect(response.headers).to.have.property('allow', 'GET, HEAD, PATCH');
  });

  it('answers 400 for a path that is wrongly percent-encoded', async () => {
    for (const asset of ['%E0%A4%A', '%', '%zz', '%c3%28']) {
      const answer = await raw(`GET /docs/${asset} HTTP/1.1`);
      expect(answer, asset).to.match(/^HTTP\/1.1 400 /);
      expect(bodyOf(answer)).to.include(malformed);
    }
  });

  it('protects every spelling of a URL', async () => {
    const forms = [
      '/api/v1/users/me',
      `${app.url}/api/v1/users/me`,
      'http://elsewhere.example/api/v1/users/me',
      '/api/v1/users/me#fragment',
      '/api/v1/users/me?',
      '//api/v1/users/me',
      '/./api/v1/users/me',
      '/api/v1/users/me/.',
      '/api/v1/users/%6de',
      '/api/v1/users/me;x=1',
      '/api/v1/../v1/users/me',
      '/api/v1/users/ME',
      '*',
    ];
    for (const form of forms) {
      const answer = await raw(`GET ${form} HTTP/1.1`);
      expect(answer, form).to.match(/^HTTP\/1.1 (401|404) /);
      expect(answer, form).not.to.contain(account.email);
    }
  });

  for (const target of ['http://', 'http://[', 'https://?x', 'ftp://x/api', 'foo://bar', 'api/v1/users/me']) {
    it(`answers 400 for the target ${target} with a logged error body`, async () => {
      const answer = await raw(`GET ${target} HTTP/1.1`);
      expect(answer).to.match(/^HTTP\/1.1 400 /);
      const body = bodyOf(answer) as { request_id: string };
      expect(body).to.include(malformed);
      expect(app.logLines(body.request_id)).to.have.length(1);
    });
  }

  it('accepts an absolute URL and an unknown Expect header', async () => {
    expect(await raw(`GET ${app.url} HTTP/1.1`)).to.match(/^HTTP\/1.1 200 /);
    expect(await raw(`GET ${app.url}/health/live HTTP/1.1`, 'Expect: wonders')).to.match(/^HTTP\/1.1 200 /);
  });

  for (const [what, ...lines] of [
    ['no HTTP', 'HELLO'],
    ['no Host', 'GET / HTTP/1.1'],
    ['two Host fields', 'GET /config HTTP/1.1', 'Host: x', 'hOST: y'],
    ['no version', 'GET /config'],
    ['a version before 1.0', 'GET /config HTTP/0.9', 'Host: x'],
    ['a version after 1.1', 'GET /config HTTP/2.0', 'Host: x'],
    ['chunks in HTTP/1.0', 'GET /config HTTP/1.0', 'Host: x', 'Connection: keep-alive', 'Transfer-Encoding: chunked'],
  ]) {
    it(`rejects a request with ${what}, and closes its connection`, async () => {
      // An open connection would answer this request.
      const next = 'GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n';
      const answer = await rawRequest(app.url, `${[...lines, '', ''].join('\r\n')}0\r\n\r\n${next}`);
      expect(answer).to.match(/^HTTP\/1.1 400 Bad Request\r\n/);
      expect(answer).not.to.match(/HTTP\/1.1 200 /);
      expect(answer).to.match(/^Connection: close\r$/m);
      expect(answer).to.match(/^X-Request-Id: /m);
      expect(bodyOf(answer)).to.include(malformed);
      noteCode(bodyOf(answer));
    });
  }

  it('accepts HTTP/1.0 without Host, and with a Content-Length', async () => {
    const get = 'GET /health/live HTTP/1.0\r\n\r\n';
    expect(await rawRequest(app.url, get)).to.match(/^HTTP\/1.1 200 /);
    const post = `POST /auth/login HTTP/1.0\r\n${json}Content-Length: 2\r\n\r\n{}`;
    expect(bodyOf(await rawRequest(app.url, post))).to.include({ code: 'invalid_input' });
  });

  for (const [name, accepted, rejected] of [
    ['Accept', 1024, 1025],
    ['Accept-Encoding', 1024, 1025],
    ['Cache-Control', 1024, 1025],
    ['X-Forwarded-For', 1024, 1025],
    ['X-Large', 15 * 1024, 17 * 1024],
  ] as const) {
    it(`accepts ${name} of ${accepted} characters and rejects one of ${rejected}`, async () => {
      const get = (length: number): Promise<string> =>
        raw('GET /health/live HTTP/1.1', `${name}: ${'x'.repeat(length)}`);
      expect(await get(accepted)).to.match(/^HTTP\/1.1 200 /);
      const answer = await get(rejected);
      expect(answer).to.match(/^HTTP\/1.1 431 .*\r\nCache-Control: no-store\r\n/s);
      expect(bodyOf(answer)).to.include({ code: 'headers_too_large', status_code: 431 });
      noteCode(bodyOf(answer));
    });
  }

  it('rejects a Content-Type over 256 characters', async () => {
    const type = 'application/json; x='.padEnd(256, 'x');
    const post = (value: string): Test => app.request('post', '/auth/login').set('Content-Type', value).send('{}');
    expect(codeOf(await post(type))).to.equal('invalid_input');
    expect(codeOf(await post(`${type}x`))).to.equal('unsupported_media_type');
  });

  it('names a query parameter with brackets as unknown', async () => {
    const response = await app.request('get', '/health/live?a%5Bb%5D=1');
    expect(response.body).to.nested.include({ code: 'invalid_input', 'errors[0].path': '/query/a[b]' });
  });

  it('rejects a body that is not UTF-8, whatever its declared charset', async () => {
    const text = `{"email":"${account.email}","password":"12345678?"}`;
    const post = async (type: string, body: Buffer = Buffer.from(text)): Promise<unknown> => {
      const headers = { 'Content-Type': type };
      return (await fetch(`${app.url}/auth/login`, { method: 'POST', headers, body })).json();
    };
    const bytes = Buffer.from(text);
    bytes[text.indexOf('?')] = 0xff;
    expect(await post('application/json', bytes)).to.include(malformed);
    for (const charset of ['utf-16le', 'utf-7', 'latin1', '"utf-16"', 'utf-8; charset=utf-16']) {
      const refused = { status_code: 415, code: 'unsupported_media_type' };
      expect(await post(`application/json; charset=${charset}`), charset).to.include(refused);
    }
    expect(await post('application/json; charset=UTF-8')).to.include({ code: 'invalid_credentials' });
  });

  it('limits the number of reported errors', async () => {
    const body = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`k${index}`, 1]));
    const response = await app.call('logIn', { body });
    expect(response.status).to.equal(400);
    expect(response.text.length).to.be.below(10_000);
  });

  for (const [what, start] of Object.entries({
    'what is not HTTP': 'HELLO',
    'a request without Host': 'GET /second HTTP/1.1',
    'an invalid target': 'GET foo://bar HTTP/1.1\r\nHost: x',
    'malformed chunks': `POST /auth/login HTTP/1.1\r\nHost: x\r\n${json}Transfer-Encoding: chunked\r\n\r\nHELLO\r\n\r\nHELLO`,
  })) {
    it(`answers ${what} once, after the preceding request, with no-store`, async () => {
      const first = 'GET /health/ready HTTP/1.1\r\nHost: x\r\n\r\n';
      const answer = await rawRequest(app.url, `${first}${start}\r\n\r\n`);
      const [before, after, ...more] = answer.split(/(?=HTTP\/1\.1 )/);
      expect(before).to.match(/^HTTP\/1.1 200 /);
      expect(after).to.match(/^HTTP\/1.1 400 .*\r\nCache-Control: no-store\r\n/s);
      expect(bodyOf(after!)).to.include(malformed);
      expect(more).to.have.length(0);
    });
  }

  it('rejects a request with two lengths, and one with a length and chunks', async () => {
    for (const headers of [
      ['Content-Length: 2', 'Content-Length: 3'],
      ['Content-Length: 2', 'Transfer-Encoding: chunked'],
      ['Transfer-Encoding: chunked, identity'],
    ]) {
      const answer = await raw('POST /auth/login HTTP/1.1', 'Content-Type: application/json', ...headers);
      expect(answer, headers.join()).to.match(/^HTTP\/1.1 400 /);
    }
  });

  for (const [what, start] of Object.entries({
    'whose headers do not arrive': 'POST /auth/login HTTP/1.1\r\nHost: x\r\n',
    'whose body does not arrive': `POST /auth/login HTTP/1.1\r\nHost: x\r\n${json}Content-Length: 5\r\n\r\n{`,
  })) {
    it(`times out a request ${what}`, async () => {
      const { requestTimeout, headersTimeout } = app.server;
      Object.assign(app.server, { requestTimeout: 50, headersTimeout: 50 });
      const answer = await rawRequest(app.url, start);
      Object.assign(app.server, { requestTimeout, headersTimeout });
      expect(answer).to.match(/^HTTP\/1.1 408 .*\r\nCache-Control: no-store\r\n/s);
      expect(bodyOf(answer)).to.include({ code: 'request_timeout', status_code: 408 });
      noteCode(bodyOf(answer));
    });
  }

  it('rejects a body whose compression is broken', async () => {
    const response = await fetch(`${app.url}/auth/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' },
      body: 'this is not gzip',
    });
    expect(response.status).to.equal(400);
    expect(await response.json()).to.include(malformed);
  });

  it('rejects duplicate query parameters', async () => {
    const response = await app.request('get', '/?a=1&a=2');
    expect(response.body).to.include({ status_code: 400, code: 'invalid_input' });
  });

  it('rejects infinite numbers', async () => {
    for (const limit of ['Infinity', '-Infinity', '1e999', '9'.repeat(400), 'NaN', '1e308']) {
      const response = await app.call('listSessions', { token: account.token, query: { limit } });
      expect(response.body, limit).to.nested.include({ code: 'invalid_input', 'errors[0].path': '/query/limit' });
    }
  });

  it('does not keep a validator for each Content-Type', async () => {
    const post = (n: number): Promise<{ status: number }> =>
      app.request('post', '/auth/login').set('Content-Type', `application/json; x=${n}`).send('{}');
    await post(0);
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    for (let n = 1; n <= 300; n += 1) expect((await post(n)).status).to.equal(400);
    globalThis.gc?.();
    // A compiled validator is 16 kB or more: 300 of them would be 5 MB at least.
    expect((process.memoryUsage().heapUsed - before) / 1024 / 1024).to.be.below(5);
  });

  describe('hostile input', () => {
    const texts = [
      '', ' ', '\u0000', 'a\u0000@example.com', '💥'.repeat(500), 'a'.repeat(5000), '%', '%00', '%ff', '\\', '\u202e', '\ufeff', '__proto__',
      "'; DROP TABLE users; --", '{{7*7}}', '${7*7}', 'NaN', '-1', '1e3', '0x10', '../../x', 'rt_', 'rt_AAAA', '"', 'W/"', '*', ',;=',
      '__Secure-refresh_token=%00', 'Bearer', 'Bearer a.b.c', '9999-12-31T23:59:59-23:59',
    ]; // prettier-ignore
    const deep = (n: number, open: string, close: string): string => `${open.repeat(n)}1${close.repeat(n)}`;
    const values = [
      ...texts.map((text) => JSON.stringify(text)), '"\\ud800"', '"\\udc00@example.com"', 'null', 'true', '0', '-0', '1e400', '9'.repeat(400),
      '[]', '["a"]', '{"$ne":null}', '{"length":9}', '{"__proto__":{"a":1}}', deep(30_000, '[', ']'), deep(10_000, '{"a":', '}'),
    ]; // prettier-ignore

    /** The value itself, and bodies with the value in a known, a duplicate or an unknown field. */
    function bodiesWith(value: string, id: string): string[] {
      const fields = Object.entries(exampleBody(id) ?? {}).map(([name, is]) => [`"${name}"`, JSON.stringify(is)]);
      const json = (entries: string[][]): string => `{${entries.map((entry) => entry.join(':')).join()}}`;
      const changed = fields.map(([name]) => json(fields.map((each) => (each[0] === name ? [name!, value] : each))));
      const unknown = value.startsWith('"') ? value : '"unknown"';
      return [value, ...changed, json([...fields, [fields[0]![0]!, value]]), json([...fields, [unknown, value]])];
    }

    /** Calls with hostile values in every part of the input. */
    function hostileCalls(id: string): Sent[] {
      const path = examplePath(id);
      // HTTP clients cannot send NUL in a header; other bytes are sent unchanged.
      const field = (text: string): string => Buffer.from(text).toString('latin1').replaceAll('\0', '');
      const places: Record<string, (text: string, name: string) => Sent> = {
        query: (text, name) => ({ query: `${name}=${encodeURIComponent(text)}` }),
        path: (text, name) => ({ path: { [name]: text || ' ' } }),
        header: (text, name) => ({ headers: { [name]: field(text) } }),
        // The cookie authenticates only without a token and from this origin.
        cookie: (text, name) => ({
          token: '',
          headers: { Cookie: `${name}=${field(text)}`, Origin: 'http://localhost:3000' },
        }),
      };
      // One operation stands for all that read these headers in the same way.
      const read = id === 'getCurrentUser' ? ['Authorization', 'Cookie', 'Origin', 'X-Request-Id', 'traceparent'] : [];
      const { requestBody, parameters: own = [] } = describedOperation(id).operation;
      const parameters = [...own, ...read.map((name) => ({ name, in: 'header' }))];
      const inBody = requestBody ? values.flatMap((value) => bodiesWith(value, id)) : [];
      return [
        ...inBody.map((body) => ({ path, body, headers: { 'Content-Type': 'application/json' } })),
        ...parameters.flatMap(({ name, in: place }) => texts.map((text) => ({ path, ...places[place]!(text, name) }))),
        ...['%', '%ff', 'a[b][c]=1', '__proto__[a]=1', '=', '&&'].map((query) => ({ path, query })),
      ];
    }

    for (const id of describedOperations().keys()) {
      it(`never makes ${id} answer 500, nor anything that is not described`, async () => {
        const { token } = await signedInAdmin(app);
        for (const sent of hostileCalls(id)) {
          const response = await app.call(id, { token, ...sent });
          expect(response.status, JSON.stringify(sent).slice(0, 300)).to.be.below(500);
        }
        expect(app.logLines().filter(({ level }) => level === 'error')).to.deep.equal([]);
      });
    }
  });
});
