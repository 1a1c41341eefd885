import { expect } from 'chai';
import pg from 'pg';
import type PgBoss from 'pg-boss';
import { parseConfig } from '../../src/config/config.js';
import { Metrics } from '../../src/observability/metrics.js';
import { createJobQueue } from '../../src/db/jobQueue.js';
import { JobRunner } from '../../src/jobs/jobRunner.js';
import { asSuperuser, createTestDatabase, type TestDatabase } from '../support/testDatabase.js';
import { until } from '../support/until.js';

type Handler = (jobs: { id: string; data: object; retryCount: number; retryLimit: number }[]) => Promise<void>;

/** What is asked of the queue: who works on what, and who was told to look. */
class Queue {
  readonly handlers = new Map<string, Handler>();
  readonly told: string[] = [];
  readonly on = (): this => this;
  readonly start = async (): Promise<void> => undefined;
  sent = 0;
  /** What sending comes to. */
  sending = Promise.resolve();
  readonly send = (): Promise<void> => {
    this.sent += 1;
    return this.sending;
  };
  readonly stop = async (): Promise<void> => undefined;
  readonly notifyWorker = (id: string): void => void this.told.push(id);
  /** How often each of those who work looks by itself, in seconds. */
  readonly looks: Record<string, number> = {};
  readonly work = async (
    queue: string,
    { pollingIntervalSeconds }: { pollingIntervalSeconds: number },
    handler: Handler,
  ): Promise<string> => {
    const id = `${queue} ${[...this.handlers.keys()].filter((name) => name.startsWith(`${queue} `)).length + 1}`;
    this.handlers.set(id, handler);
    this.looks[id] = pollingIntervalSeconds;
    return id;
  };

  /** Has one of those who work begin with a job, and resolves when it is done. */
  async give(id: string): Promise<void> {
    await this.handlers.get(id)?.([{ id: 'job', data: {}, retryCount: 0, retryLimit: 0 }]);
  }
}

interface Interval {
  ask: () => void;
  milliseconds: number | undefined;
  timer: NodeJS.Timeout;
}

/** What is begun meanwhile and repeats itself. */
async function intervalsOf(work: () => Promise<void>): Promise<Interval[]> {
  const intervals: Interval[] = [];
  const { setInterval } = globalThis;
  globalThis.setInterval = (ask: () => void, milliseconds?: number) => {
    const timer = setInterval(ask, milliseconds);
    intervals.push({ ask, milliseconds, timer });
    return timer;
  };
  await work().finally(() => (globalThis.setInterval = setInterval));
  return intervals;
}

const silent = { error: () => undefined, warn: () => undefined, debug: () => undefined } as never;

describe('those who work on jobs', () => {
  let queue: Queue;
  let runner: JobRunner;
  let finish: (() => void)[];
  beforeEach(async () => {
    queue = new Queue();
    finish = [];
    runner = new JobRunner(queue as unknown as PgBoss, silent, new Metrics());
    const mail = (): Promise<void> => new Promise((resolve) => finish.push(resolve));
    const failing = (): Promise<void> => Promise.reject(new Error('planted'));
    await runner.start({ mail, 'mail-request': failing, 'sign-up': failing, 'clean-up': async () => undefined });
  });

  afterEach(() => runner.stop());

  it('are woken one for each job, in turns', () => {
    for (let n = 0; n < 4; n += 1) runner.wake('mail');
    expect(queue.told).to.deep.equal(['mail 1', 'mail 2', 'mail 3', 'mail 1']);
  });

  it('are not woken while they work, and look again themselves when they are done', async () => {
    const busy = [queue.give('mail 1'), queue.give('mail 2')];
    runner.wake('mail');
    runner.wake('mail');
    expect(queue.told).to.deep.equal(['mail 3', 'mail 3']);
    busy.push(queue.give('mail 3'));
    runner.wake('mail');
    expect(queue.told).to.have.length(2);
    for (const done of finish) done();
    await Promise.all(busy);
    expect(queue.told.slice(2)).to.have.members(['mail 1', 'mail 2', 'mail 3']);
    runner.wake('mail');
    expect(queue.told).to.have.length(6);
  });

  it('look by themselves too, one of a queue often', () => {
    const looks = { 'mail 1': 5, 'mail 2': 20, 'mail 3': 20, 'mail-request 1': 5, 'sign-up 1': 5, 'clean-up 1': 5 };
    expect(queue.looks).to.deep.equal(looks);
  });

  it('look again after a job that failed', async () => {
    const failed = await queue.give('mail-request 1').catch((error: unknown) => String(error));
    expect(failed).to.include('planted');
    expect(queue.told).to.deep.equal(['mail-request 1']);
    runner.wake('mail-request');
    expect(queue.told).to.have.length(2);
  });
});

describe('the clean-up', () => {
  it('is asked for at the start, and every ten minutes until the end, whatever comes of it', async () => {
    const queue = new Queue();
    const log: string[] = [];
    const logger = { error: (_line: object, message: string) => void log.push(message) };
    const runner = new JobRunner(queue as unknown as PgBoss, logger as never, new Metrics());
    const intervals = await intervalsOf(() => runner.start({} as never));
    expect(intervals.map(({ milliseconds }) => milliseconds)).to.deep.equal([600_000]);
    expect(queue.sent).to.equal(1);
    queue.sending = Promise.reject(new Error('planted'));
    intervals[0]!.ask();
    expect(queue.sent).to.equal(2);
    await until(async () => log.length > 0);
    expect(log).to.deep.equal(['Job queue failed']);
    await runner.stop();
    expect(intervals[0]!.timer).to.have.property('_destroyed', true);
  });
});

describe('clean-ups of several processes', () => {
  let database: TestDatabase;
  let client: pg.Client;
  const runners: JobRunner[] = [];
  before(async () => {
    database = await createTestDatabase();
    client = new pg.Client({ connectionString: asSuperuser(database.url) });
    await client.connect();
  });
  after(async () => {
    await Promise.all(runners.map((runner) => runner.stop()));
    await client.end();
    await database.drop();
  });

  it('are one an hour, however many ask for it', async () => {
    let cleanUps = 0;
    const start = async (): Promise<void> => {
      const runner = new JobRunner(createJobQueue(database.url, parseConfig({}).database), silent, new Metrics());
      runners.push(runner);
      const nothing = async (): Promise<void> => undefined;
      await runner.start({
        mail: nothing,
        'mail-request': nothing,
        'sign-up': nothing,
        'clean-up': async () => void (cleanUps += 1),
      });
    };
    await Promise.all(Array.from({ length: 5 }, start));
    await until(async () => cleanUps > 0);
    await start();
    // Where an hour ends in between, there is one for each.
    const { rows } = await client.query(
      `SELECT singleton_on, count(*)::int AS jobs FROM pgboss.job WHERE name = 'clean-up' GROUP BY 1`,
    );
    expect(rows).not.to.deep.equal([]);
    for (const row of rows) expect(row).to.include({ jobs: 1 });
    await until(async () => cleanUps === rows.length);
  });
});
