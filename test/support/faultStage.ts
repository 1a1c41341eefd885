import { expect } from 'chai';
import { setTimeout as delay } from 'node:timers/promises';
import { FaultProxy } from './faultProxy.js';
import { MailServer } from './mailServer.js';
import { lostTraces, type MailCount } from './lostTraces.js';
import { productionSettings, startServer, type ServerProcess } from './serverProcess.js';
import { temporaryFolder } from './temporaryFolder.js';
import { until } from './until.js';
import { VisitorLoad, isOrderly503 } from './visitorLoad.js';

/** The server's timeouts on a stage, in milliseconds. */
const connectMs = 1500;
const statementMs = 500;
const acquireMs = 1000;

/** Time for a connection, then for an answer that does not come, on a busy machine. */
const patienceMs = acquireMs + statementMs + 1000 + 2500;

/** How soon after a fault everything succeeds again: time for what still waits to give up, and for a new connection. */
const recoveryMs = patienceMs + connectMs;

export interface Fault {
  begin: () => Promise<void> | void;
  end?: () => Promise<void> | void;
  /** The time between begin and end, in milliseconds. */
  lastsMs?: number;
  /** Whether the server is not ready meanwhile. */
  isOutage?: boolean;
  /** Whether the server is degraded meanwhile. */
  isDegrading?: boolean;
  /** Whether no request gets a 503. */
  isHidden?: boolean;
  mailCount?: MailCount;
}

/** Resets all connections 40 times in a second. */
export async function resetOften(proxy: FaultProxy): Promise<void> {
  for (let times = 0; times < 40; times += 1) {
    proxy.reset();
    await delay(25);
  }
}

/** What the server says of its health, or the status of another answer, 0 if none came. */
type Health = 'ok' | 'degraded' | number;

/** The built server with a database, a mail server and perhaps a Redis, each behind a proxy. */
export class FaultStage {
  private constructor(
    readonly server: ServerProcess,
    readonly database: FaultProxy,
    readonly smtp: FaultProxy,
    readonly redis: FaultProxy | undefined,
    readonly mails: MailServer,
    /** Not through the proxy. */
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
        // With Redis, requests are counted there.
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

  /** Leads the server to another database. */
  moveDatabase(url: string): void {
    this.databaseUrl = url;
    this.database.redirect(url);
  }

  async close(): Promise<void> {
    const proxies = [this.database, this.smtp, ...(this.redis ? [this.redis] : [])];
    for (const proxy of proxies) proxy.pass();
    await this.server.stop();
    for (const proxy of proxies) proxy.close();
    await this.mails.close();
  }

  /** Lets a fault happen while people use the server, and asserts what they get. */
  async play({ begin, end, lastsMs = 0, isOutage, isDegrading, isHidden, mailCount = 'once' }: Fault): Promise<void> {
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
      // Trouble may come a little later.
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
    await until(async () => load.hasAllSucceededSince(since) || load.failures.length > 0);
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

  /** Polls the server's health; the returned function stops that, and returns all that was seen. */
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
