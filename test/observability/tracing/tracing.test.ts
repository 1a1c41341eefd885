import { expect } from 'chai';
import { createLogger } from '../../../src/observability/logger.js';
import { OpenTelemetryTracing } from '../../../src/observability/tracing/openTelemetryTracing.js';
import { RedisConnection } from '../../../src/redis/redisConnection.js';
import { OtlpReceiver } from '../../support/otlpReceiver.js';
import { startRedis } from '../../support/redisServer.js';

const logger = { warn: () => undefined };

describe('OpenTelemetryTracing', () => {
  let receiver: OtlpReceiver;
  let tracing: OpenTelemetryTracing;
  beforeEach(async () => {
    receiver = await OtlpReceiver.start();
    tracing = new OpenTelemetryTracing(receiver.url, '1.2.3', logger);
  });
  afterEach(() => receiver.close());

  it('obeys the standard variables for sampling and resource attributes', async () => {
    const tracer = (): OpenTelemetryTracing => new OpenTelemetryTracing(receiver.url, '1', logger, 3);
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

  it('names the span of a Redis command after the command', async function () {
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
