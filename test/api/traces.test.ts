import { once } from 'node:events';
import { request } from 'node:http';
import { expect } from 'chai';
import { signedInAccount } from '../support/accounts.js';
import { startMailedApp } from '../support/mailedApp.js';
import { OtlpReceiver, type ReceivedSpan } from '../support/otlpReceiver.js';
import type { Sent, TestApp } from '../support/testApp.js';
import { until } from '../support/until.js';

describe('traces', () => {
  let receiver: OtlpReceiver;
  let app: TestApp;
  /** Extra work of the handler of getServiceIndex. */
  let index: () => Promise<void> = async () => undefined;

  before(async () => {
    receiver = await OtlpReceiver.start();
    // The SDK reads this when it starts.
    process.env['OTEL_BSP_SCHEDULE_DELAY'] = '10';
    const settings = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url };
    ({ app } = await startMailedApp(settings, ({ handlers, authenticators }) => ({
      authenticators,
      handlers: { ...handlers, getServiceIndex: (call) => index().then(() => handlers.getServiceIndex(call)) },
    })));
    delete process.env['OTEL_BSP_SCHEDULE_DELAY'];
  });
  afterEach(() => (index = async () => undefined));
  after(async () => {
    await app.close();
    await receiver.close();
  });

  /** The spans of a request's trace, its own span first. */
  async function traceOf(requestId: string): Promise<[ReceivedSpan, ...ReceivedSpan[]]> {
    const line = await until(async () => app.logLines(requestId).find(({ msg }) => msg === 'Request'));
    const ofTrace = (): ReceivedSpan[] => receiver.spans.filter(({ traceId }) => traceId === line['trace_id']);
    const own = await until(async () => ofTrace().find(({ spanId }) => spanId === line['span_id']));
    return [own, ...ofTrace().filter((span) => span !== own)];
  }

  /** Calls an operation with this request id, and returns the spans of its trace. */
  async function traced(requestId: string, operationId: string, sent: Sent = {}): ReturnType<typeof traceOf> {
    await app.call(operationId, { ...sent, headers: { ...sent.headers, 'X-Request-Id': requestId } });
    return traceOf(requestId);
  }

  it('records the statements and the hashing of a login under one request', async () => {
    const { email, password } = await signedInAccount(app);
    const [own, ...others] = await traced('log-in', 'logIn', { body: { email, password } });
    expect(own).to.include({ name: 'POST /auth/login', kind: 2, parentSpanId: undefined, isError: false });
    expect(own.attributes).to.deep.equal({
      'http.request.method': 'POST',
      'http.route': '/auth/login',
      'http.response.status_code': 200,
      'url.path': '/auth/login',
      'url.scheme': 'http',
      'smart_audit.operation': 'logIn',
    });
    expect(own.resource).to.include({ 'service.name': 'smart-audit-api', 'service.version': '2.0.0' });
    for (const span of others) expect(span, span.name).to.include({ parentSpanId: own.spanId, isError: false });

    const sql = others.filter(({ attributes }) => attributes['db.system.name'] === 'postgresql');
    const guess = ['SQL', 'SQL', 'SELECT users', 'UPDATE sign_in_attempts', 'DELETE sign_in_attempts'];
    const session = ['SELECT users', 'INSERT sessions', 'SELECT sessions', 'UPDATE users'];
    expect(sql.map(({ name }) => name)).to.deep.equal([...guess, 'TRANSACTION', ...session, 'TRANSACTION']);
    const insert = sql.find(({ name }) => name === 'INSERT sessions')!;
    expect(insert.kind).to.equal(3);
    expect(insert.attributes).to.deep.equal({
      'db.system.name': 'postgresql',
      'db.operation.name': 'INSERT',
      'db.collection.name': 'sessions',
    });

    const [hashing, ...more] = others.filter((span) => !sql.includes(span));
    expect(more).to.deep.equal([]);
    expect(hashing).to.include({ name: 'password verify', kind: 1 });
    const { 'smart_audit.hash.wait_ms': wait, 'smart_audit.hash.work_ms': work } = hashing!.attributes;
    expect(work).to.be.above(0.1);
    expect(hashing!.attributes).to.include({ 'smart_audit.hash.engine': '@node-rs/bcrypt' });
    expect(Number(wait) + Number(work)).to.be.closeTo(hashing!.durationMs, 5);
  });

  it('continues the trace of the request', async () => {
    const [traceId, parent] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];
    const headers = { traceparent: `00-${traceId}-${parent}-01` };
    const [own] = await traced('continued', 'getServiceIndex', { headers });
    expect(own).to.include({ name: 'GET /', traceId, parentSpanId: parent });
  });

  it('records no trace that the caller does not sample, but logs its id', async () => {
    const traceId = 'abcdef3577b34da6a3ce929d0e0e4736';
    const headers = { traceparent: `00-${traceId}-00f067aa0ba902b7-00`, 'X-Request-Id': 'left-out' };
    await app.call('getServiceIndex', { headers });
    await traced('after', 'getServiceIndex');
    expect(receiver.spans.filter((span) => span.traceId === traceId)).to.deep.equal([]);
    expect(app.logLines('left-out')[0]).to.include({ trace_id: traceId });
  });

  it('ignores a traceparent that is malformed or longer than 512 characters', async () => {
    const later = `01-${'1'.repeat(32)}-00f067aa0ba902b7-01-`;
    for (const [id, traceparent, parent] of [
      ['malformed', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, undefined],
      ['longest', later.padEnd(512, 'x'), '00f067aa0ba902b7'],
      ['too-long', later.padEnd(513, 'x'), undefined],
    ] as const) {
      const [own] = await traced(id, 'getServiceIndex', { headers: { traceparent } });
      expect(own.parentSpanId, id).to.equal(parent);
      expect(own.traceId, id).not.to.equal('0'.repeat(32));
    }
  });

  it('adds the trace id to every log line of a request', async () => {
    const { email } = await signedInAccount(app);
    const [own] = await traced('failed', 'logIn', { body: { email, password: 'wrong' } });
    const lines = app.logLines('failed');
    expect(lines.map(({ msg }) => msg)).to.deep.equal(['Sign-in failed', 'Request refused', 'Request']);
    for (const line of lines) expect(line).to.include({ trace_id: own.traceId, span_id: own.spanId });
    expect(own.isError, 'whose fault it was').to.equal(false);
  });

  it('marks a request as failed only after a server error', async () => {
    index = async () => {
      throw new Error('a detail');
    };
    const [own] = await traced('broken', 'getServiceIndex');
    expect(own.isError).to.equal(true);
    expect(own.attributes).to.include({ 'http.response.status_code': 500, 'error.type': '500' });
    const lines = app.logLines('broken');
    expect(lines.map(({ msg }) => msg)).to.deep.equal(['Request failed', 'Request']);
    for (const line of lines) expect(line).to.include({ trace_id: own.traceId, span_id: own.spanId });
    expect(receiver.text).not.to.contain('a detail');
  });

  it('marks a failed statement with its SQLSTATE', async () => {
    index = () => app.sql("SELECT 'sesame' FROM nowhere WHERE x = 'sesame'").then(() => undefined);
    const [, statement] = await traced('bad-sql', 'getServiceIndex');
    expect(statement).to.include({ name: 'SQL', isError: true });
    expect(statement!.attributes).to.include({ 'error.type': '42P01' });
    expect(receiver.text).not.to.contain('sesame');
  });

  it('records an aborted request without a status', async () => {
    let reached = (): void => undefined;
    const arrival = new Promise<void>((resolve) => (reached = resolve));
    index = async () => {
      reached();
      await until(async () => app.logLines('given-up').length > 0);
    };
    const req = request(app.url, { headers: { 'X-Request-Id': 'given-up' } }).end();
    const ended = once(req, 'error');
    await arrival;
    req.destroy(new Error('given up'));
    await ended;
    const [own] = await traceOf('given-up');
    expect(app.logLines('given-up')[0]).to.include({ aborted: true });
    expect(own.attributes).not.to.have.property('http.response.status_code');
  });

  it('names the span of an unknown path after its method', async () => {
    await app.request('get', '/nothing?secret=sesame').set('X-Request-Id', 'nowhere');
    const [own] = await traceOf('nowhere');
    expect(own.name).to.equal('GET');
    expect(own.attributes).to.include({ 'url.path': '/nothing', 'http.response.status_code': 404 });
    expect(own.attributes).not.to.have.any.keys('http.route', 'smart_audit.operation');
    const long = `/${'x'.repeat(5000)}`;
    await app.request('get', long).set('X-Request-Id', 'long');
    expect((await traceOf('long'))[0].attributes).to.include({ 'url.path': long.slice(0, 1000) });
    await app.request('propfind', '/nothing').set('X-Request-Id', 'unknown-method');
    const [other] = await traceOf('unknown-method');
    expect(other.name).to.equal('HTTP');
    expect(other.attributes).to.include({ 'http.request.method': '_OTHER' });
  });

  it('starts a new trace for each job', async () => {
    const { email } = await signedInAccount(app);
    const [own] = await traced('forgot', 'forgotPassword', { body: { email } });
    const job = await until(async () => receiver.spans.find(({ name }) => name === 'job mail-request'));
    expect(job).to.include({ kind: 5, parentSpanId: undefined, isError: false });
    expect(job.traceId).not.to.equal(own.traceId);
    expect(job.attributes).to.include({ 'smart_audit.job.queue': 'mail-request', 'smart_audit.job.attempt': 1 });
    const parts = receiver.spans.filter(({ parentSpanId }) => parentSpanId === job.spanId);
    expect(parts.map(({ name }) => name)).to.include('SELECT users');
  });

  it('contains no personal data and no secrets', async () => {
    const { email, password, token, refreshToken } = await signedInAccount(app);
    const headers = { 'X-Request-Id': 'private', 'User-Agent': 'unmistakable agent' };
    await app.call('getCurrentUser', { token, query: { access_token: token }, headers });
    await app.call('refreshTokens', { body: { refresh_token: refreshToken } });
    await app.call('updateCurrentUser', { token, body: { first_name: 'Unmistakable' } });
    await traced('last', 'getServiceIndex');
    const never = { email, password, token, refreshToken, agent: 'unmistakable agent', name: 'Unmistakable' };
    for (const [what, text] of Object.entries({ ...never, address: '127.0.0.1' })) {
      expect(receiver.text.includes(text), what).to.equal(false);
    }
  });
});
