import { expect } from 'chai';
import { Metrics } from '../../src/core/metrics.js';

describe('the metrics of a process', () => {
  it('watch the event loop, which wakes it a hundred times a second, only when told to', async () => {
    const metrics = new Metrics();
    const lag = /^nodejs_eventloop_lag_p99_seconds /m;
    expect(await metrics.scrape())
      .to.match(/^smart_audit_sign_ins_total 0$/m)
      .and.not.match(lag);
    metrics.watchNode();
    expect(await metrics.scrape()).to.match(lag);
  });
});
