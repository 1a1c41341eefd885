import { expect } from 'chai';
import type pg from 'pg';
import type PgBoss from 'pg-boss';
import { parseConfig } from '../../src/config/config.js';
import { Metrics } from '../../src/observability/metrics.js';
import { createJobQueue } from '../../src/db/jobQueue.js';
import { Primary } from '../../src/db/primary.js';
import { JobRunner } from '../../src/jobs/jobRunner.js';
import { connectToDatabase } from '../support/connectToDatabase.js';
import { asSuperuser, createTestDatabase, type TestDatabase } from '../support/testDatabase.js';
import { until } from '../support/until.js';

const silent = { error: () => undefined, warn: () => undefined, debug: () => undefined } as never;
const nothing = async (): Promise<void> => undefined;

describe('JobRunner', () => {
  let database: TestDatabase;
  let client: pg.Client;
  const runners: JobRunner[] = [];
  beforeEach(async () => {
    database = await createTestDatabase();
    client = await connectToDatabase(asSuperuser(database.url));
  });
  afterEach(async () => {
    await Promise.all(runners.splice(0).map((runner) => runner.stop()));
    await client.end();
    await database.drop();
  });

  async function start(handlers: Partial<Parameters<JobRunner['start']>[0]>): Promise<JobRunner> {
    const runner = new JobRunner(
      createJobQueue(new Primary(database.url), parseConfig({}).database),
      silent,
      new Metrics(),
    );
    runners.push(runner);
    await runner.start({
      mail: nothing,
      'mail-request': nothing,
      'sign-up': nothing,
      'clean-up': nothing,
      ...handlers,
    });
    return runner;
  }

  it('starts waiting jobs as soon as it is woken, also after a job that failed', async () => {
    const begun: number[] = [];
    const failing = async (): Promise<void> => {
      begun.push(performance.now());
      throw new Error('planted');
    };
    const runner = await start({ 'mail-request': failing });
    await until(async () => (await client.query('SELECT FROM pgboss.job')).rows.length > 0);
    const jobs = 4;
    await client.query(
      `INSERT INTO pgboss.job (name, retry_limit) SELECT 'mail-request', 0 FROM generate_series(1, ${jobs})`,
    );
    const wokenAt = performance.now();
    runner.wake('mail-request');
    await until(async () => begun.length === jobs);
    // Far less than one polling interval of 5 seconds for each job.
    expect(begun.at(-1)! - wokenAt).to.be.below(10_000);
  });

  it('requests one clean-up an hour, however many processes ask for it', async () => {
    let cleanUps = 0;
    const counting = { 'clean-up': async () => void (cleanUps += 1) };
    await Promise.all(Array.from({ length: 5 }, () => start(counting)));
    await until(async () => cleanUps > 0);
    await start(counting);
    // Two if a new hour has begun in between.
    const { rows } = await client.query(
      `SELECT singleton_on, count(*)::int AS jobs FROM pgboss.job WHERE name = 'clean-up' GROUP BY 1`,
    );
    expect(rows).not.to.deep.equal([]);
    for (const row of rows) expect(row).to.include({ jobs: 1 });
    await until(async () => cleanUps === rows.length);
  });

  it('requests clean-ups every ten minutes, also after a request that failed', async () => {
    const { setInterval } = globalThis;
    const intervals: { tick: () => void; milliseconds: number | undefined }[] = [];
    globalThis.setInterval = (tick: () => void, milliseconds?: number) => {
      intervals.push({ tick, milliseconds });
      return setInterval(tick, milliseconds);
    };
    let sent = 0;
    const log: string[] = [];
    const logger = { error: (_line: object, message: string) => void log.push(message) };
    const send = (): Promise<void> => ((sent += 1) === 2 ? Promise.reject(new Error('planted')) : nothing());
    const boss = { on: () => boss, start: nothing, stop: nothing, work: nothing, send };
    const runner = new JobRunner(boss as unknown as PgBoss, logger as never, new Metrics());
    await runner.start({} as never).finally(() => (globalThis.setInterval = setInterval));
    expect(intervals.map(({ milliseconds }) => milliseconds)).to.deep.equal([600_000]);
    for (let n = 0; n < 2; n += 1) intervals[0]!.tick();
    expect(sent).to.equal(3);
    await until(async () => log.length > 0);
    expect(log).to.deep.equal(['Job queue failed']);
    await runner.stop();
  });
});
