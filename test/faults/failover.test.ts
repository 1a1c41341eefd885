import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { FaultProxy } from '../support/faultProxy.js';
import { lostTraces } from '../support/lostTraces.js';
import { MailServer } from '../support/mailServer.js';
import { prepareCluster, startReplicated, type ReplicatedPostgres } from '../support/replicatedPostgres.js';
import { tidyUp } from '../support/serverFixture.js';
import { productionSettings, startServer, stopServers, type ServerProcess } from '../support/serverProcess.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporaryFolder.js';
import { until } from '../support/until.js';
import { isOrderly503, VisitorLoad } from '../support/visitorLoad.js';

/** How soon after a server that takes writes can be reached they succeed, in milliseconds. */
const goalMs = 5000;

/** Longer than the server's timeout for a statement. */
const patienceMs = 30_000;

const writes = ['signUp', 'logIn', 'updateCurrentUser', 'refreshTokens'];

interface Failover {
  databaseUrl: (pair: ReplicatedPostgres, proxy: FaultProxy) => string;
  /** The primary takes no writes any more. */
  begin: (pair: ReplicatedPostgres, proxy: FaultProxy) => Promise<void>;
  /** The server can reach the promoted standby. */
  arrive?: (pair: ReplicatedPostgres, proxy: FaultProxy) => void;
  /** How long nothing takes writes, in milliseconds. */
  lastsMs: number;
  /** What readiness says meanwhile, if that is asserted. */
  ready?: string;
}

const failovers: [what: string, failover: Failover][] = [
  [
    'DATABASE_URL names both hosts and the primary crashes',
    {
      databaseUrl: ({ primary, standby }) => {
        const { host } = new URL(primary.url);
        const hosts = `${new URL(standby.url).host},${host}`;
        return `${primary.url.replace(host, hosts)}?target_session_attrs=read-write`;
      },
      begin: ({ primary }) => primary.crash(),
      lastsMs: 2000,
      ready: 'takes no writes',
    },
  ],
  [
    'its one address follows while the old primary answers, but is read-only',
    {
      databaseUrl: (_pair, proxy) => proxy.url,
      begin: ({ primary }) => primary.becomeReadOnly(),
      arrive: ({ standby }, proxy) => proxy.redirect(standby.url),
      lastsMs: 2000,
      ready: 'takes no writes',
    },
  ],
  [
    'its one address follows after the old primary has vanished without a word',
    {
      databaseUrl: (_pair, proxy) => proxy.url,
      begin: async ({ primary }, proxy) => {
        proxy.blackHole();
        await primary.crash();
      },
      arrive: ({ standby }, proxy) => {
        proxy.redirect(standby.url);
        proxy.passNew();
      },
      lastsMs: 4000,
    },
  ],
  [
    'its one address follows at once while the old primary vanishes without a word',
    {
      databaseUrl: (_pair, proxy) => proxy.url,
      begin: async ({ primary }, proxy) => {
        proxy.silence();
        await primary.crash();
      },
      arrive: ({ standby }, proxy) => proxy.redirect(standby.url),
      lastsMs: 0,
    },
  ],
];

describe('A fail-over', () => {
  let cluster: string;
  let pair: ReplicatedPostgres;
  let mails: MailServer;
  let proxy: FaultProxy;
  before(async () => (cluster = await prepareCluster()));
  beforeEach(async () => {
    [mails, pair] = await Promise.all([MailServer.start(), startReplicated(cluster)]);
    proxy = await FaultProxy.before(pair.primary.url);
  });
  afterEach(async () => {
    proxy.pass();
    await stopServers();
    proxy.close();
    await mails.close();
    for (const node of [pair.primary, pair.standby]) await node.crash();
  });
  after(tidyUp);
  after(removeTemporaryFolders);

  async function start(databaseUrl: string): Promise<ServerProcess> {
    return startServer({
      folder: await temporaryFolder(),
      settings: {
        ...productionSettings(databaseUrl),
        // As many as visitors, so that statements which wait occupy all of them.
        DATABASE_POOL_MAX: '5',
        SMTP_URL: mails.url,
        RATE_LIMIT_FACTOR: '0',
        SIGN_IN_ADDRESS_FAILURES_MAX: '1000000',
      },
    });
  }

  /** 200, or what readiness says is wrong with the database. */
  async function readiness({ url }: ServerProcess): Promise<unknown> {
    const response = await fetch(`${url}/health/ready`);
    if (response.ok) return response.status;
    const { errors } = (await response.json()) as { errors: { message: string }[] };
    return errors[0]?.message;
  }

  for (const [what, { databaseUrl, begin, arrive, lastsMs, ready }] of failovers) {
    it(`takes at most 5 s once the new primary can be reached, and loses nothing, when ${what}`, async () => {
      const { primary, standby } = pair;
      const server = await start(databaseUrl(pair, proxy));
      const load = new VisitorLoad(server.url, patienceMs);
      let reachableAt = 0;
      try {
        await until(async () => load.hasAllSucceededSince(0) || load.failures.length > 0);
        expect(await readiness(server)).to.equal(200);
        await begin(pair, proxy);
        if (ready) await until(async () => (await readiness(server)) === ready);
        await delay(lastsMs);
        if (ready) expect(await readiness(server), '/health/ready').to.equal(ready);
        await standby.promote();
        reachableAt = Date.now();
        arrive?.(pair, proxy);
        await until(async () => load.hasAllSucceededSince(reachableAt), 2 * goalMs);
        await until(async () => (await readiness(server)) === 200, goalMs);
        // Trouble may come a little later.
        await until(async () => Date.now() - Math.max(load.lastTrouble, reachableAt) > 1000);
      } finally {
        await load.stop();
      }
      const lost = await lostTraces(load.traces, standby.url, mails, 'known');
      const { answers, failures } = load;
      const written = answers.filter(({ operation, isSuccess }) => isSuccess && writes.includes(operation));
      const firstWrite = Math.min(...written.map(({ at }) => at).filter((at) => at > reachableAt)) - reachableAt;
      const failed = answers.filter(({ isSuccess }) => !isSuccess).length;
      console.log(
        `    first write after ${(firstWrite / 1000).toFixed(2)} s, ${answers.length} requests, ${failed} failed, ${lost.length} lost`,
      );
      expect(failures.filter((answer) => !isOrderly503(answer))).to.deep.equal([]);
      expect(lost).to.deep.equal([]);
      expect(firstWrite, 'ms to the first write').to.be.below(goalMs);
      expect(load.lastTrouble - reachableAt, 'ms to the last failure').to.be.below(goalMs);
      const left = arrive && ready ? await primary.connectionsOfServer() : [];
      expect(left, 'connections to the old primary').to.deep.equal([]);
    });
  }
});
