import { expect } from 'chai';
import { OverloadedError } from '../../../src/errors.js';
import { createLogger } from '../../../src/observability/logger.js';
import { OpenTelemetryTracing } from '../../../src/observability/tracing/openTelemetryTracing.js';
import { RedisConnection } from '../../../src/redis/redisConnection.js';
import { OtlpReceiver } from '../../support/otlpReceiver.js';
import { startRedis } from '../../support/redisServer.js';

const logger = { warn: () => undefined };

describe('spans', () => {
  let receiver: OtlpReceiver;
  let tracing: OpenTelemetryTracing;
  beforeEach(async () => {
    receiver = await OtlpReceiver.start();
    tracing = new OpenTelemetryTracing({ endpoint: receiver.url, version: '1.2.3', worker: undefined }, logger);
  });
  afterEach(() => receiver.close());

  it('are made inside of a trace only, and hang together across whatever is awaited', async () => {
    const ids = await tracing.root({ name: 'job x' }, async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return tracing.span({ name: 'outer' }, () => tracing.span({ name: 'inner' }, async () => tracing.ids()));
    });
    expect(await tracing.span({ name: 'outside' }, async () => tracing.ids())).to.equal(undefined);
    await tracing.close();
    const [inner, outer, root, ...more] = receiver.spans;
    expect([inner, outer, root].map((span) => span?.name)).to.deep.equal(['inner', 'outer', 'job x']);
    expect(more).to.deep.equal([]);
    expect(inner).to.include({ parentSpanId: outer?.spanId, spanId: ids?.span_id, traceId: ids?.trace_id });
    expect(outer).to.include({ parentSpanId: root?.spanId, traceId: ids?.trace_id });
    expect(root).to.include({ parentSpanId: undefined });
    expect(root?.resource).to.include({ 'service.name': 'smart-audit-api', 'service.version': '1.2.3' });
    expect(root?.resource).not.to.have.property('smart_audit.worker');
  });

  it('of what throws say which error it was, not what it said, and throw it on', async () => {
    const error = new OverloadedError();
    const failing = tracing.root({ name: 'job x' }, () => Promise.reject(error));
    expect(await failing.catch((thrown: unknown) => thrown)).to.equal(error);
    await tracing.close();
    expect(receiver.spans[0]).to.deep.include({ isError: true, attributes: { 'error.type': error.code } });
    expect(receiver.text).not.to.contain(error.message);
  });

  it('are sampled, and say where they come from, as the standard variables tell the SDK', async () => {
    const tracer = (): OpenTelemetryTracing =>
      new OpenTelemetryTracing({ endpoint: receiver.url, version: '1', worker: 3 }, logger);
    process.env['OTEL_RESOURCE_ATTRIBUTES'] = 'deployment.environment.name=staging';
    const all = tracer();
    process.env['OTEL_TRACES_SAMPLER'] = 'always_off';
    const none = tracer();
    delete process.env['OTEL_TRACES_SAMPLER'];
    delete process.env['OTEL_RESOURCE_ATTRIBUTES'];
    await none.root({ name: 'job x' }, async () => undefined);
    await all.root({ name: 'job y' }, async () => undefined);
    await Promise.all([none.close(), all.close()]);
    expect(receiver.spans.map(({ name }) => name)).to.deep.equal(['job y']);
    expect(receiver.spans[0]?.resource).to.include({
      'service.name': 'smart-audit-api',
      'smart_audit.worker': 3,
      'deployment.environment.name': 'staging',
    });
  });

  it('of Redis name the command', async function () {
    const redis = await startRedis();
    if (!redis) return this.skip();
    const connection = new RedisConnection(redis.url, createLogger({ env: 'test', logLevel: 'critical' }), tracing);
    await connection.open();
    const ask = (): Promise<unknown> => connection.ask('GET', (client) => client.get('smart-audit:session:sesame'));
    expect(await tracing.root({ name: 'job x' }, ask)).to.equal(null);
    await connection.close();
    await redis.stop();
    await tracing.close();
    expect(receiver.spans[0]).to.deep.include({
      name: 'GET',
      kind: 3,
      attributes: { 'db.system.name': 'redis', 'db.operation.name': 'GET' },
    });
    expect(receiver.text).not.to.contain('sesame');
  });
});
