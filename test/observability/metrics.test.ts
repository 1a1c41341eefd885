import { networkInterfaces } from 'node:os';
import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { createLogger } from '../../src/observability/logger.js';
import { Metrics } from '../../src/observability/metrics.js';
import { startMetricsServer } from '../../src/bootstrap/metricsServer.js';

describe('Metrics', () => {
  it('watches the event loop only on demand', async () => {
    const metrics = new Metrics();
    const lag = /^nodejs_eventloop_lag_p99_seconds /m;
    expect(await metrics.scrape())
      .to.match(/^smart_audit_sign_ins_total 0$/m)
      .and.not.match(lag);
    metrics.watchNode();
    expect(await metrics.scrape()).to.match(lag);
  });

  it('serves only GET /metrics on its port', async () => {
    const log = new PassThrough();
    const logger = createLogger({ env: 'test', logLevel: 'info' }, log);
    const closers: (() => Promise<unknown>)[] = [];
    await startMetricsServer(
      { host: '127.0.0.1', metricsPort: 0, keepAliveTimeoutMs: 1000 },
      async () => 'all of them',
      logger,
      closers,
    );
    const url = /http:[\d.:/]+/.exec(String(log.read()))![0];
    const answer = async (path: string, method = 'GET'): Promise<[number, string]> => {
      const response = await fetch(url + path, { method });
      return [response.status, await response.text()];
    };
    expect(await answer('metrics')).to.deep.equal([200, 'all of them']);
    expect(await answer('metrics?name=x')).to.deep.equal([200, 'all of them']);
    for (const path of ['', '?metrics', 'metrics/', 'metrics/all', 'Metrics', 'health/live', 'a/metrics']) {
      expect(await answer(path), path).to.deep.equal([404, '']);
    }
    expect(await answer('metrics', 'POST')).to.deep.equal([404, '']);
    await Promise.all(closers.map((close) => close()));
  });

  it('serves them on every interface with HOST=::', async () => {
    const log = new PassThrough();
    const logger = createLogger({ env: 'test', logLevel: 'info' }, log);
    const closers: (() => Promise<unknown>)[] = [];
    await startMetricsServer(
      { host: '::', metricsPort: 0, keepAliveTimeoutMs: 1000 },
      async () => 'all of them',
      logger,
      closers,
    );
    const [, port] = /http:\/\/127\.0\.0\.1:(\d+)\/metrics/.exec(String(log.read()))!;
    const addresses = Object.values(networkInterfaces()).flatMap((each = []) => each);
    for (const { family, address } of addresses.filter(({ internal }) => internal)) {
      const host = family === 'IPv6' ? `[${address}]` : address;
      expect((await fetch(`http://${host}:${port!}/metrics`)).status, host).to.equal(200);
    }
    await Promise.all(closers.map((close) => close()));
  });
});
