import { expect } from 'chai';
import { scrape, type Scrape } from '../support/scrape.js';
import { productionSettings, startServer, stopServers, type ServerProcess } from '../support/serverProcess.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporaryFolder.js';
import { createTestDatabase, type TestDatabase } from '../support/testDatabase.js';
import { until } from '../support/until.js';
import { signInAt, signUpAt, whoAmI } from '../support/visitor.js';

const requests = 'smart_audit_http_request_duration_seconds_count';

describe('The metrics of a server', () => {
  let database: TestDatabase;
  let server: ServerProcess;
  let token: string;
  before(async () => (database = await createTestDatabase()));
  after(() => database.drop());
  afterEach(stopServers);
  afterEach(removeTemporaryFolders);

  async function start(workersWanted = '2'): Promise<void> {
    const settings = { ...productionSettings(database.url), WORKERS: workersWanted, METRICS_PORT: '0' };
    server = await startServer({ folder: await temporaryFolder(), settings });
    token = await signInAt(server.url, await signUpAt(server.url));
  }

  const ask = async (times: number): Promise<void> => {
    for (let request = 0; request < times; request += 1) await whoAmI(server.url, token);
  };
  const asked = (metrics: Scrape): number | undefined => metrics.value(requests, { operation: 'getCurrentUser' });
  const workers = (): number[] =>
    Array.from(server.output().matchAll(/"pid":(\d+),"msg":"Worker ready"/g), ([, pid]) => Number(pid));

  for (const workersWanted of ['1', '2']) {
    it(`tell of its workers, where it has ${workersWanted}`, async () => {
      await start(workersWanted);
      const metrics = await scrape(server);
      expect(metrics.value('smart_audit_workers')).to.equal(Number(workersWanted));
      expect(metrics.value('smart_audit_workers_wanted')).to.equal(Number(workersWanted));
      expect(metrics.value('smart_audit_worker_exits_total')).to.equal(0);
    });
  }

  it('sum up all its processes, the one that starts workers too', async () => {
    await start();
    await ask(20);
    const metrics = await scrape(server);
    expect(asked(metrics)).to.equal(20);
    expect(metrics.value('smart_audit_sign_ins_total')).to.equal(1);
    // Three processes of Node, none of which takes less.
    expect(metrics.value('process_resident_memory_bytes')).to.be.above(3 * 30e6);
  });

  it('lose nothing when workers are replaced', async () => {
    await start();
    await ask(5);
    expect(asked(await scrape(server))).to.equal(5);
    await ask(5);
    process.kill(server.processId, 'SIGHUP');
    await server.wrote(/"All workers have been replaced"/);
    expect(asked(await scrape(server))).to.equal(10);
    await ask(1);
    const metrics = await scrape(server);
    expect(asked(metrics)).to.equal(11);
    expect(metrics.value('smart_audit_sign_ins_total')).to.equal(1);
  });

  it('keep what a worker that is killed had counted', async () => {
    await start();
    await ask(10);
    expect(asked(await scrape(server))).to.equal(10);
    process.kill(workers()[0]!, 'SIGKILL');
    await until(async () => workers().length === 3);
    const metrics = await scrape(server);
    expect(asked(metrics)).to.equal(10);
    expect(metrics.value('smart_audit_worker_exits_total')).to.equal(1);
  });

  it('have what a worker that hangs said before, and count it', async () => {
    await start();
    await ask(10);
    await scrape(server);
    const [hanging] = workers();
    process.kill(hanging!, 'SIGSTOP');
    try {
      const askedAt = Date.now();
      const metrics = await scrape(server);
      expect(Date.now() - askedAt).to.be.below(4000);
      expect(asked(metrics)).to.equal(10);
      expect(metrics.value('smart_audit_workers_silent')).to.equal(1);
    } finally {
      process.kill(hanging!, 'SIGCONT');
    }
    await until(async () => (await scrape(server)).value('smart_audit_workers_silent') === 0);
  });
});
