import type PgBoss from 'pg-boss';
import type { Logger } from '../observability/logger.js';
import type { Metrics } from '../observability/metrics.js';
import { noTracing, type Tracing } from '../observability/tracing/tracing.js';
import type { JobQueue, Jobs } from '../repositories/jobRepository.js';

/** What is done with the jobs of each queue. A job whose handler rejects is tried again, later and later. */
export type JobHandlers = { [Queue in keyof Jobs]: (job: Jobs[Queue]) => Promise<void> } & {
  'clean-up': () => Promise<void>;
};

/** How often each process asks for a clean-up. */
const cleanUpIntervalMs = 600_000;

/** Of all that ask within an hour, the first brings one about. */
const oncePerHour = { singletonSeconds: 3600 } as const;

/**
 * How often each queue is looked at, in seconds, beside being woken up: for what other processes put there, and what is to be
 * tried again. To look is a statement in each process, whether there is anything or not, so only one of those who work on a
 * queue looks often, and the others in case it is held up: whoever has found something looks again.
 */
const lookEverySeconds = { first: 5, others: 20 } as const;

/** So that one mail server that does not answer does not hold up all mails. */
const mailsAtOnce = 3;

/** One that works on the jobs of a queue, one after the other. */
interface Worker {
  /** Its name in pg-boss; undefined until it has started. */
  id?: string;
  isBusy: boolean;
}

interface Work<Data> {
  queue: string;
  worker: Worker;
  handle: (job: Data) => Promise<void>;
  job: PgBoss.JobWithMetadata<Data>;
}

/** Works on the jobs of the queue, in this process, until it is stopped. */
export class JobRunner implements JobQueue {
  /** By queue, the one that was woken longest ago first. */
  private readonly workers = new Map<string, Worker[]>();
  private cleanUps: NodeJS.Timeout | undefined;

  constructor(
    private readonly boss: PgBoss,
    private readonly logger: Logger,
    private readonly metrics: Pick<Metrics, 'jobs'>,
    private readonly tracing: Tracing = noTracing,
  ) {
    boss.on('error', (error) => logger.error({ err: error }, 'The job queue failed'));
  }

  readonly send = ((...args: Parameters<PgBoss['send']>) => this.boss.send(...args)) as PgBoss['send'];

  /** One of those who rest, in turns: who works looks again anyway, and each look is a statement. */
  wake(queue: string): void {
    const workers = this.workers.get(queue) ?? [];
    const worker = workers.find(({ isBusy }) => !isBusy);
    if (!worker) return;
    workers.splice(workers.indexOf(worker), 1);
    workers.push(worker);
    this.lookAgain(worker);
  }

  async start(handlers: JobHandlers): Promise<void> {
    await this.boss.start();
    for (const [queue, handle] of Object.entries(handlers) as [string, (job: never) => Promise<void>][]) {
      for (const result of ['done', 'retried', 'failed']) this.metrics.jobs.inc({ queue, result }, 0);
      const workers: Worker[] = [];
      for (let n = 0; n < (queue === 'mail' ? mailsAtOnce : 1); n += 1) {
        const worker: Worker = { isBusy: false };
        const pollingIntervalSeconds = n === 0 ? lookEverySeconds.first : lookEverySeconds.others;
        const options = { pollingIntervalSeconds, includeMetadata: true } as const;
        worker.id = await this.boss.work<never>(queue, options, async ([job]) => {
          if (job) await this.run({ queue, worker, handle, job });
        });
        workers.push(worker);
      }
      this.workers.set(queue, workers);
    }
    await this.askForCleanUp();
    this.cleanUps = setInterval(() => void this.askForCleanUp(), cleanUpIntervalMs);
  }

  /** Lets what is being done finish, and gives the rest back to the queue. */
  async stop(): Promise<void> {
    clearInterval(this.cleanUps);
    this.workers.clear();
    await this.boss.stop({ timeout: 5000 });
  }

  private async askForCleanUp(): Promise<void> {
    await this.boss
      .send('clean-up', {}, oncePerHour)
      .catch((error: unknown) => this.logger.error({ err: error }, 'The job queue failed'));
  }

  private lookAgain({ id }: Worker): void {
    if (id !== undefined) this.boss.notifyWorker(id);
  }

  private async run<Data>(work: Work<Data>): Promise<void> {
    const { queue, worker, job } = work;
    const attributes = {
      'smart_audit.job.queue': queue,
      'smart_audit.job.id': job.id,
      'smart_audit.job.attempt': job.retryCount + 1,
    };
    worker.isBusy = true;
    await this.tracing
      .root({ name: `job ${queue}`, kind: 'consumer', attributes }, () => this.attempt(work))
      .finally(() => {
        worker.isBusy = false;
        // There may be more.
        this.lookAgain(worker);
      });
  }

  private async attempt<Data>({ queue, handle, job }: Work<Data>): Promise<void> {
    try {
      await handle(job.data);
      this.metrics.jobs.inc({ queue, result: 'done' });
      this.logger.debug({ queue, job_id: job.id, attempt: job.retryCount + 1 }, 'A job was done');
    } catch (error) {
      const line = { err: error, queue, job_id: job.id, attempt: job.retryCount + 1 };
      const isRetried = job.retryCount < job.retryLimit;
      this.metrics.jobs.inc({ queue, result: isRetried ? 'retried' : 'failed' });
      if (isRetried) this.logger.warn(line, 'A job failed and will be tried again');
      else this.logger.error(line, 'A job failed for good');
      throw error;
    }
  }
}
