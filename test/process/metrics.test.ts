import { expect } from 'chai';
import supertest from 'supertest';
import { expressions, selectors } from '../deploy/metricNames.js';
import { startRedis } from '../support/redisServer.js';
import { scrape, type Scrape } from '../support/scrape.js';
import { serverFixture } from '../support/serverFixture.js';
import type { ServerProcess } from '../support/serverProcess.js';
import { until } from '../support/until.js';
import { signInAt, signUpAt, whoAmI } from '../support/visitor.js';

const requests = 'smart_audit_http_request_duration_seconds_count';

/** Labels that Prometheus adds. */
const added = ['job', 'instance'];

describe('The metrics of a server', () => {
  const servers = serverFixture();
  let server: ServerProcess;
  let token: string;

  async function start(workersWanted = '2', settings: Record<string, string> = {}): Promise<void> {
    server = await servers.start({ WORKERS: workersWanted, METRICS_PORT: '0', ...settings });
    token = await signInAt(server.url, await signUpAt(server.url));
  }

  const ask = async (times: number): Promise<void> => {
    for (let request = 0; request < times; request += 1) await whoAmI(server.url, token);
  };
  const asked = (metrics: Scrape): number | undefined => metrics.value(requests, { operation: 'getCurrentUser' });
  const workers = (): number[] => server.lines('Worker ready').map(({ pid }) => Number(pid));

  for (const workersWanted of ['1', '2']) {
    it(`start at 0 and count its workers, with WORKERS=${workersWanted}`, async () => {
      await start(workersWanted);
      const metrics = await scrape(server);
      expect(metrics.value('smart_audit_workers')).to.equal(Number(workersWanted));
      expect(metrics.value('smart_audit_workers_wanted')).to.equal(Number(workersWanted));
      const reasons = ['invalid_credentials', 'sign_in_locked', 'account_inactive', 'email_not_verified'];
      const zeros: [name: string, ...labels: Record<string, string>[]][] = [
        ['worker_exits_total', {}],
        ['workers_silent', {}],
        ['rate_limited_total', { policy: 'default' }, { policy: 'logIn' }],
        ['jobs_total', ...['mail', 'mail-request', 'clean-up'].map((queue) => ({ queue, result: 'failed' }))],
        ['sign_in_failures_total', ...reasons.map((reason) => ({ reason }))],
      ];
      for (const [name, ...all] of zeros) {
        const values = all.map((labels) => metrics.value(`smart_audit_${name}`, labels));
        expect(values, name).to.deep.equal(all.map(() => 0));
      }
    });

    it(`are those, with the labels, that the dashboard and the alerts use, with WORKERS=${workersWanted}`, async function () {
      const redis = await startRedis();
      if (!redis) return this.skip();
      await start(workersWanted, { REDIS_URL: redis.url });
      // Metrics with labels appear when there is something to count.
      await ask(1);
      await supertest(server.url).post('/auth/login').send({ email: 'nobody@example.com', password: 'wrong' });
      const { samples, families } = await scrape(server);
      const asked = (await expressions()).flatMap(selectors);
      for (const { name } of asked) expect(families, name).to.include(name.replace(/_(bucket|sum|count)$/, ''));
      const matchers = asked.flatMap(({ name, matchers }) => matchers.map((matcher) => ({ name, ...matcher })));
      for (const { name, label, operator, value } of matchers.filter((matcher) => !added.includes(matcher.label))) {
        const values = samples.filter((sample) => sample.name === name).map(({ labels }) => labels[label]);
        if (operator === '=') expect(values, `${name}, ${label}`).to.include(value);
        else expect(new Set(values.map((is) => typeof is)), `${name}, ${label}`).to.deep.equal(new Set(['string']));
      }
      await server.stop();
      await redis.stop();
    });
  }

  /** How many requests each worker has answered, by its number. */
  const askedOf = (metrics: Scrape): Map<string | undefined, number> =>
    new Map(
      metrics.samples
        .filter(({ name, labels }) => name === requests && labels['operation'] === 'getCurrentUser')
        .map(({ labels, value }) => [labels['worker'], value]),
    );

  it('have a series for each worker, so that a replacement does not reset the others', async () => {
    await start();
    await ask(20);
    const first = await scrape(server);
    expect([...askedOf(first).keys()]).to.have.members(['1', '2']);
    expect(asked(first)).to.equal(20);
    expect(first.value('smart_audit_sign_ins_total')).to.equal(1);
    const cache = 'smart_audit_session_cache_requests_total';
    const results = ['bypass', 'hit'].map((result) => first.value(cache, { result }));
    expect(results, 'no session is cached without Redis').to.deep.equal([20, 0]);
    expect(first.value('process_resident_memory_bytes', { worker: '1' })).to.be.above(30e6);

    process.kill(workers()[0]!, 'SIGKILL');
    await until(async () => workers().length === 3);
    await ask(4);
    const second = await scrape(server);
    const [[survivor, before]] = [...askedOf(first)].filter(([worker]) => askedOf(second).has(worker)) as [
      [string, number],
    ];
    expect(askedOf(second).get(survivor)).to.be.above(before);
    expect([...askedOf(second).keys()]).to.have.members([survivor, '3']);
    expect(second.value('smart_audit_worker_exits_total')).to.equal(1);
  });

  it('are only those of the primary process while a worker hangs', async () => {
    await start();
    const [hanging] = workers();
    process.kill(hanging!, 'SIGSTOP');
    try {
      const askedAt = Date.now();
      const metrics = await scrape(server);
      expect(Date.now() - askedAt).to.be.below(8000);
      expect(metrics.value(requests)).to.equal(undefined);
      expect(metrics.value('smart_audit_workers')).to.equal(2);
      expect(metrics.value('smart_audit_workers_silent')).to.equal(1);
    } finally {
      process.kill(hanging!, 'SIGCONT');
    }
    await until(async () => (await scrape(server)).value('smart_audit_workers_silent') === 0);
  });
});
