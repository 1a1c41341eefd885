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

/** How soon all requests succeed after a new leader takes writes, in milliseconds. */
const recoveryMs = 5000;

/** How the API finds the leader. */
const ways: Record<string, (cluster: PatroniCluster) => string> = {
  'through HAProxy': ({ proxyUrl }) => proxyUrl,
};

/** They resolve when a new leader takes writes. */
const changes: Record<string, (cluster: PatroniCluster) => Promise<void>> = {
  'Patroni switches over': (cluster) => cluster.switchOver(),
  'the leader is killed': (cluster) => cluster.killLeader(),
  'the leader hangs': (cluster) => cluster.freezeLeader(),
};

/** People who use an API while the leader of its database changes, and when that began and a new leader was there. */
interface Failover {
  load: VisitorLoad;
  begunAt: number;
  ledAt: number;
}

/** Lets the leader change while people use an API, and resolves when every operation succeeds again. */
async function play(api: string, change: () => Promise<void>): Promise<Failover> {
  const load = new VisitorLoad(api, patienceMs);
  const isReady = async (): Promise<boolean> => (await fetch(`${api}/health/ready`)).ok;
  try {
    await until(async () => load.hasAllSucceededSince(0));
    const begunAt = Date.now();
    await change();
    const ledAt = Date.now();
    await until(async () => (load.hasAllSucceededSince(ledAt) && (await isReady())) || load.failures.length > 0);
    // Failures may come a little later.
    await until(async () => Date.now() - Math.max(load.lastTrouble, ledAt) > 2000);
    return { load, begunAt, ledAt };
  } finally {
    await load.stop();
  }
}

/** When the first change of data succeeded under the new leader. */
function firstWriteAt({ load, ledAt }: Failover): number {
  const isWrite = ({ isSuccess, operation, at }: VisitorLoad['answers'][number]): boolean =>
    isSuccess && operation !== 'getCurrentUser' && at > ledAt;
  return load.answers.find(isWrite)?.at ?? Infinity;
}

/** A row of the table in docs/operations.md. */
function rowOf(what: string, failover: Failover, lost: number): string {
  const { load, begunAt, ledAt } = failover;
  const times = [ledAt, firstWriteAt(failover), load.lastTrouble].map((at) => ((at - begunAt) / 1000).toFixed(1));
  const failed = load.answers.filter(({ isSuccess }) => !isSuccess);
  return `| ${[what, ...times, load.answers.length, failed.length, lost].join(' | ')} |`;
}

describe('An API whose PostgreSQL is run by Patroni', () => {
  const table = [
    '| leader change | new leader (s) | first write (s) | last 503 (s) | requests | failed | lost |',
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
        const settings = { ...productionSettings(urlOf(cluster!)), SMTP_URL: mails.url, RATE_LIMIT_FACTOR: '0' };
        server = await startServer({ folder: await temporaryFolder(), settings });
      });
      after(() => server.stop());

      for (const [what, change] of Object.entries(changes)) {
        it(`loses nothing, and answers only 503 until 5 s after there is a new leader, when ${what}`, async function () {
          this.timeout(300_000);
          await cluster!.mend();
          const failover = await play(server.url, () => change(cluster!));
          const { load, ledAt } = failover;
          const lost = await lostTraces(load.traces, cluster!.proxyUrl, mails, 'known');
          table.push(rowOf(`${way}: ${what}`, failover, lost.length));
          expect(load.failures, 'answers that are neither success nor an orderly 503').to.deep.equal([]);
          expect(lost, 'what was answered as done and is not').to.deep.equal([]);
          expect(Math.max(firstWriteAt(failover), load.lastTrouble) - ledAt, 'ms to recover').to.be.below(recoveryMs);
        });
      }
    });
  }
});
