import { expect } from 'chai';
import { Metrics } from '../../src/core/metrics.js';
import { MetricsSum } from '../../src/core/metricsSum.js';

/** What a process says in which so many people have signed in, so many hashes were made, and so many wait for one. */
async function said(count: number) {
  const metrics = new Metrics();
  metrics.watchNode();
  metrics.watchHashQueue(() => count);
  metrics.signIns.inc(count);
  for (let hash = 0; hash < count; hash += 1) metrics.hashes.observe(0.2);
  return metrics.snapshot();
}

/** The lines of these metrics. */
async function lines(sum: MetricsSum, names: RegExp): Promise<string[]> {
  return (await sum.text()).split('\n').filter((line) => names.test(line));
}

const all = /^smart_audit_(sign_ins_total|password_hash_duration_seconds_count|password_hash_queue_length) /;

describe('the sum of the metrics of processes', () => {
  it('has what each said last', async () => {
    const sum = new MetricsSum();
    sum.set(1, await said(3));
    sum.set(2, await said(10));
    sum.set(1, await said(4));
    expect(await lines(sum, all)).to.have.members([
      'smart_audit_sign_ins_total 14',
      'smart_audit_password_hash_duration_seconds_count 14',
      'smart_audit_password_hash_queue_length 14',
    ]);
  });

  it('keeps the counts of those that have ended, and forgets how they were', async () => {
    const sum = new MetricsSum();
    for (const process of [1, 2, 3, 4]) sum.set(process, await said(process));
    for (const process of [1, 2, 3]) sum.end(process);
    expect(await lines(sum, all)).to.have.members([
      'smart_audit_sign_ins_total 10',
      'smart_audit_password_hash_duration_seconds_count 10',
      'smart_audit_password_hash_queue_length 4',
    ]);
  });

  it('never lacks one that ends while it is made', async () => {
    const sum = new MetricsSum();
    sum.set(1, await said(1));
    sum.set(2, await said(2));
    const begun = sum.text();
    sum.end(1);
    expect(await begun).to.contain('\nsmart_audit_sign_ins_total 3\n');
    expect(await sum.text()).to.contain('\nsmart_audit_sign_ins_total 3\n');
  });

  it('does not mind one that ends before it has said anything', async () => {
    const sum = new MetricsSum();
    sum.set(1, await said(5));
    sum.end(2);
    expect(await sum.text()).to.contain('\nsmart_audit_sign_ins_total 5\n');
  });

  it('has the event loop that is latest, not the average', async () => {
    const sum = new MetricsSum();
    const lag = 'nodejs_eventloop_lag_p99_seconds';
    for (const [process, seconds] of [0.25, 0.01, 0.01].entries()) {
      const snapshot = await said(0);
      for (const metric of snapshot.filter(({ name }) => name === lag)) metric.values[0]!.value = seconds;
      sum.set(process, snapshot);
    }
    expect(await lines(sum, new RegExp(`^${lag} `))).to.deep.equal([`${lag} 0.25`]);
  });
});
