import { expect } from 'chai';
import type PgBoss from 'pg-boss';
import { Metrics } from '../../src/core/metrics.js';
import { JobRunner } from '../../src/jobs/jobRunner.js';

type Handler = (jobs: { id: string; data: object; retryCount: number; retryLimit: number }[]) => Promise<void>;

/** What is asked of the queue: who works on what, and who was told to look. */
class Queue {
  readonly handlers = new Map<string, Handler>();
  readonly told: string[] = [];
  readonly on = (): this => this;
  readonly start = async (): Promise<void> => undefined;
  readonly schedule = async (): Promise<void> => undefined;
  readonly notifyWorker = (id: string): void => void this.told.push(id);
  readonly work = async (queue: string, _options: object, handler: Handler): Promise<string> => {
    const id = `${queue} ${[...this.handlers.keys()].filter((name) => name.startsWith(`${queue} `)).length + 1}`;
    this.handlers.set(id, handler);
    return id;
  };

  /** Has one of those who work begin with a job, and resolves when it is done. */
  async give(id: string): Promise<void> {
    await this.handlers.get(id)?.([{ id: 'job', data: {}, retryCount: 0, retryLimit: 0 }]);
  }
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
    await runner.start({ mail, 'mail-request': failing, 'clean-up': async () => undefined });
  });

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

  it('look again after a job that failed', async () => {
    const failed = await queue.give('mail-request 1').catch((error: unknown) => String(error));
    expect(failed).to.include('planted');
    expect(queue.told).to.deep.equal(['mail-request 1']);
    runner.wake('mail-request');
    expect(queue.told).to.have.length(2);
  });
});
