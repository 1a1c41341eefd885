import { expect } from 'chai';
import { setTimeout as delay } from 'node:timers/promises';
import { FaultProxy } from './faultProxy.js';
import { MailServer } from './mailServer.js';
import { lostTraces, type MailCount } from './lostTraces.js';
import { productionSettings, startServer, type ServerProcess } from './serverProcess.js';
import { temporaryFolder } from './temporaryFolder.js';
import { until } from './until.js';
import { VisitorLoad, isOrderly503 } from './visitorLoad.js';

/** The server's time-outs on a stage, in milliseconds. */
const connectMs = 1500;
const statementMs = 500;
const acquireMs = 1000;

/** Waiting for a connection, then for an answer that does not come, on a machine that has other things to do. */
const patienceMs = acquireMs + statementMs + 1000 + 2500;

/** How soon after a fault everything succeeds: what still waits has been given up, and the pool has new connections. */
const recoveryMs = patienceMs + connectMs;

const allOperations = ['signUp', 'logIn', 'getCurrentUser', 'updateCurrentUser', 'refreshTokens', 'logOut'];

export interface Fault {
  begin: () => Promise<void> | void;
  /** Left out for a fault that is over as soon as it began. */
  end?: () => Promise<void> | void;
  /** How long it lasts; in milliseconds. */
  lastsMs?: number;
  /** Whether the server cannot be ready while it lasts. */
  isOutage?: boolean;
  /** Whether the server says that it is ready and lacks something while it lasts. */
  isDegrading?: boolean;
  /** Whether requests go on as if nothing were. */
  isHidden?: boolean;
  /** How often a mail may come. */
  mailCount?: MailCount;
}

/** Resets all connections 40 times in a second. */
export async function resetOften(proxy: FaultProxy): Promise<void> {
  for (let times = 0; times < 40; times += 1) {
    proxy.reset();
    await delay(25);
  }
}

/** What the server says of its health; the status of an answer that is an error, 0 where there is none. */
type Health = 'ok' | 'degraded' | number;

/** The built server between a database, a mail server and perhaps a Redis, each behind a proxy. */
export class FaultStage {
  private constructor(
    readonly server: ServerProcess,
    readonly database: FaultProxy,
    readonly smtp: FaultProxy,
    readonly redis: FaultProxy | undefined,
    readonly mails: MailServer,
    /** Where the database really is. */
    private databaseUrl: string,
  ) {}

  static async open(databaseUrl: string, redisUrl?: string): Promise<FaultStage> {
    const mails = await MailServer.start();
    const [database, smtp] = await Promise.all([FaultProxy.before(databaseUrl), FaultProxy.before(mails.url)]);
    const redis = redisUrl === undefined ? undefined : await FaultProxy.before(redisUrl);
    const server = await startServer({
      folder: await temporaryFolder(),
      settings: {
        ...productionSettings(database.url),
        SMTP_URL: smtp.url,
        // Where there is a Redis, requests are counted in it.
        RATE_LIMIT_FACTOR: redis ? '1000000' : '0',
        SIGN_IN_ADDRESS_FAILURES_MAX: '1000000',
        DATABASE_POOL_MAX: '5',
        DATABASE_CONNECT_TIMEOUT_MS: String(connectMs),
        DATABASE_STATEMENT_TIMEOUT_MS: String(statementMs),
        DATABASE_ACQUIRE_TIMEOUT_MS: String(acquireMs),
        ...(redis && { REDIS_URL: redis.url }),
      },
    });
    return new FaultStage(server, database, smtp, redis, mails, databaseUrl);
  }

  /** The database is somewhere else from now on. */
  moveDatabase(url: string): void {
    this.databaseUrl = url;
    this.database.redirect(url);
  }

  async close(): Promise<void> {
    this.database.pass();
    this.smtp.pass();
    this.redis?.pass();
    await this.server.stop();
    this.database.close();
    this.smtp.close();
    this.redis?.close();
    await this.mails.close();
  }

  /** Lets a fault happen while people use the server, and asserts that they fare as they should. */
  async play({
    begin,
    end,
    lastsMs = 0,
    isOutage = false,
    isDegrading = false,
    isHidden = false,
    mailCount = 'once',
  }: Fault): Promise<void> {
    const load = new VisitorLoad(this.server.url, patienceMs);
    const probe = this.probeHealth();
    let overAt = 0;
    try {
      await this.untilAllSucceeded(load, 0);
      await begin();
      await delay(lastsMs);
      await end?.();
      overAt = Date.now();
      await until(async () => (await this.health('ready')) === 'ok');
      await this.untilAllSucceeded(load, overAt);
      // What the fault has left behind may show a little later.
      await until(async () => Date.now() - Math.max(load.lastTrouble, overAt) > 500);
    } catch (error) {
      const [fatal = 'the server did not recover'] = /^.*"level":"critical".*$/m.exec(this.server.output()) ?? [];
      throw new Error(fatal, { cause: error });
    } finally {
      await load.stop();
    }
    const { live, ready } = await probe();
    const lost = await lostTraces(load.traces, this.databaseUrl, this.mails, mailCount);

    const { answers, failures } = load;
    const recovery = Math.max(0, load.lastTrouble - overAt);
    const unavailable = answers.filter(isOrderly503).length;
    expect(failures, 'answers that are neither success nor an orderly 503').to.deep.equal([]);
    if (isHidden) expect(unavailable, 'answers of 503').to.equal(0);
    expect(lost, 'what was answered as done and is not').to.deep.equal([]);
    expect(live, '/health/live').to.deep.equal(['ok']);
    const saidMeanwhile = [...(isOutage ? [503] : []), ...(isDegrading ? ['degraded'] : [])];
    expect(ready, '/health/ready').to.include.members(['ok', ...saidMeanwhile]);
    expect(ready, '/health/ready').not.to.include(0);
    if (isHidden) expect(ready, '/health/ready').not.to.include(503);
    expect(recovery, 'ms to recover').to.be.below(recoveryMs);
  }

  private async untilAllSucceeded(load: VisitorLoad, since: number): Promise<void> {
    await until(async () => {
      const done = load.succeededSince(since);
      return allOperations.every((operation) => done.has(operation)) || load.failures.length > 0;
    });
  }

  private async health(name: 'live' | 'ready'): Promise<Health> {
    const signal = AbortSignal.timeout(patienceMs);
    return fetch(`${this.server.url}/health/${name}`, { signal }).then(
      async (response) => {
        const { status } = (await response.json()) as { status: 'ok' | 'degraded' };
        return response.ok ? status : response.status;
      },
      () => 0,
    );
  }

  /** Asks for the server's health again and again; what is returned ends that, and tells what came. */
  private probeHealth(): () => Promise<{ live: Health[]; ready: Health[] }> {
    let isStopping = false;
    void this.server.exited.then(() => (isStopping = true));
    const watch = async (name: 'live' | 'ready'): Promise<Health[]> => {
      const seen = new Set<Health>();
      while (!isStopping) {
        seen.add(await this.health(name));
        await delay(50);
      }
      return [...seen];
    };
    const [watchLive, watchReady] = [watch('live'), watch('ready')];
    return async () => {
      isStopping = true;
      return { live: await watchLive, ready: await watchReady };
    };
  }
}
