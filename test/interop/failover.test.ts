import { expect } from 'chai';
import { lostTraces } from '../support/lostTraces.js';
import { MailServer } from '../support/mailServer.js';
import { PatroniCluster } from '../support/patroniCluster.js';
import { tidyUp } from '../support/serverFixture.js';
import { productionSettings, startServer, type ServerProcess } from '../support/serverProcess.js';
import { temporaryFolder } from '../support/temporaryFolder.js';
import { until } from '../support/until.js';
import { VisitorLoad } from '../support/visitorLoad.js';

/** How long a visitor waits for an answer, in milliseconds: longer than the server waits for its database. */
const patienceMs = 30_000;

/** How soon all requests succeed after the cluster can take writes again, in milliseconds. */
const recoveryMs = 5000;

/** How the API finds the leader. */
const ways: Record<string, (cluster: PatroniCluster) => string | Promise<string>> = {
  'through HAProxy': ({ proxyUrl }) => proxyUrl,
  'through PgBouncer and HAProxy': (cluster) => cluster.startBouncer(),
  'among several hosts': ({ hostsUrl }) => hostsUrl,
};

/** They resolve when the cluster can take writes again. */
const faults: Record<string, (cluster: PatroniCluster) => Promise<void>> = {
  'Patroni switches over': (cluster) => cluster.switchOver(),
  'the leader is killed': (cluster) => cluster.killLeader(),
  'the leader hangs': (cluster) => cluster.freezeLeader(),
  'the synchronous standby hangs': (cluster) => cluster.freezeStandby(),
};

/** People who use an API during a fault of its database, when that began, and when the cluster could take writes again. */
interface Failover {
  load: VisitorLoad;
  begunAt: number;
  backAt: number;
}

/** Lets a fault happen while people use an API, and resolves when every operation succeeds again. */
async function play(api: string, happen: () => Promise<void>): Promise<Failover> {
  const load = new VisitorLoad(api, patienceMs);
  const isReady = async (): Promise<boolean> => (await fetch(`${api}/health/ready`)).ok;
  try {
    await until(async () => load.hasAllSucceededSince(0));
    const begunAt = Date.now();
    await happen();
    const backAt = Date.now();
    await until(async () => (load.hasAllSucceededSince(backAt) && (await isReady())) || load.failures.length > 0);
    // Failures may come a little later.
    await until(async () => Date.now() - Math.max(load.lastTrouble, backAt) > 2000);
    return { load, begunAt, backAt };
  } finally {
    await load.stop();
  }
}

/** When the first change of data succeeded after the cluster was back. */
function firstWriteAt({ load, backAt }: Failover): number {
  const isWrite = ({ isSuccess, operation, at }: VisitorLoad['answers'][number]): boolean =>
    isSuccess && operation !== 'getCurrentUser' && at > backAt;
  return load.answers.find(isWrite)?.at ?? Infinity;
}

/** A row of the table in docs/operations.md. */
function rowOf(what: string, failover: Failover, lost: number): string {
  const { load, begunAt, backAt } = failover;
  const seconds = (at: number): string => (at > begunAt ? ((at - begunAt) / 1000).toFixed(1) : 'none');
  const times = [backAt, firstWriteAt(failover), load.lastTrouble].map(seconds);
  const failed = load.answers.filter(({ isSuccess }) => !isSuccess);
  return `| ${[what, ...times, load.answers.length, failed.length, lost].join(' | ')} |`;
}

describe('An API whose PostgreSQL is run by Patroni', () => {
  const table = [
    '| fault | cluster back (s) | first write (s) | last 503 (s) | requests | failed | lost |',
    '| --- | --- | --- | --- | --- | --- | --- |',
  ];
  let cluster: PatroniCluster | undefined;
  let mails: MailServer;
  before(async function () {
    this.timeout(240_000);
    mails = await MailServer.start();
    cluster = await PatroniCluster.start();
    if (!cluster) return this.skip();
  });
  after(async () => {
    if (cluster) console.log(table.join('\n'));
    await cluster?.stop();
    await mails.close();
    await tidyUp();
  });

  for (const [way, urlOf] of Object.entries(ways)) {
    describe(`and that finds the leader ${way}`, () => {
      let server: ServerProcess;
      before(async () => {
        const settings = { ...productionSettings(await urlOf(cluster!)), SMTP_URL: mails.url, RATE_LIMIT_FACTOR: '0' };
        server = await startServer({ folder: await temporaryFolder(), settings });
      });
      after(() => server.stop());

      for (const [what, happen] of Object.entries(faults)) {
        it(`loses nothing, and recovers within 5 s of its database, when ${what}`, async function () {
          this.timeout(300_000);
          await cluster!.mend();
          const failover = await play(server.url, () => happen(cluster!));
          const { load, backAt } = failover;
          const lost = await lostTraces(load.traces, cluster!.proxyUrl, mails, 'known');
          table.push(rowOf(`${way}: ${what}`, failover, lost.length));
          expect(load.failures, 'answers that are neither success nor an orderly 503').to.deep.equal([]);
          expect(lost, 'what was answered as done and is not').to.deep.equal([]);
          expect(Math.max(firstWriteAt(failover), load.lastTrouble) - backAt, 'ms to recover').to.be.below(recoveryMs);
        });
      }
    });
  }
});
