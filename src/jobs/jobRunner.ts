import type PgBoss from 'pg-boss';
import type { Logger } from '../observability/logger.js';
import type { Metrics } from '../observability/metrics.js';
import { noTracing, type Tracing } from '../observability/tracing/tracing.js';
import type { JobQueue, Jobs } from '../repositories/jobRepository.js';

/** The handler of each queue. A job whose handler rejects is retried with backoff. */
export type JobHandlers = { [Queue in keyof Jobs]: (job: Jobs[Queue]) => Promise<void> } & {
  'clean-up': () => Promise<void>;
};

/** Every process queues a clean-up this often; pg-boss keeps one an hour. */
const cleanUpIntervalMs = 600_000;
const oncePerHour = { singletonSeconds: 3600 } as const;

/**
 * Polling intervals in seconds, for retries and for jobs of other processes. Only the first worker of a queue polls often,
 * because each poll is a statement. The others take over if it is busy.
 */
const pollSeconds = { first: 5, others: 20 } as const;

/** More than one, so that a mail server that hangs does not block all mails. */
const mailWorkers = 3;

/** Runs the jobs of a queue one at a time. */
interface Worker {
  /** pg-boss's id; undefined until the worker has started. */
  id?: string;
  isBusy: boolean;
}

interface Work<Data> {
  queue: string;
  worker: Worker;
  handle: (job: Data) => Promise<void>;
  job: PgBoss.JobWithMetadata<Data>;
}

/** Runs the jobs of all queues in this process. */
export class JobRunner implements JobQueue {
  /** By queue; the least recently woken worker first. */
  private readonly workers = new Map<string, Worker[]>();
  private cleanUps: NodeJS.Timeout | undefined;

  constructor(
    private readonly boss: PgBoss,
    private readonly logger: Logger,
    private readonly metrics: Pick<Metrics, 'jobs'>,
    private readonly tracing: Tracing = noTracing,
  ) {
    boss.on('error', (error) => logger.error({ err: error }, 'Job queue failed'));
  }

  readonly send = ((...args: Parameters<PgBoss['send']>) => this.boss.send(...args)) as PgBoss['send'];

  /** Wakes one idle worker, in turns. Busy ones poll again anyway. */
  wake(queue: string): void {
    const workers = this.workers.get(queue) ?? [];
    const worker = workers.find(({ isBusy }) => !isBusy);
    if (!worker) return;
    workers.splice(workers.indexOf(worker), 1);
    workers.push(worker);
    this.pollNow(worker);
  }

  async start(handlers: JobHandlers): Promise<void> {
    await this.boss.start();
    for (const [queue, handle] of Object.entries(handlers) as [string, (job: never) => Promise<void>][]) {
      for (const result of ['done', 'retried', 'failed']) this.metrics.jobs.inc({ queue, result }, 0);
      const workers: Worker[] = [];
      for (let n = 0; n < (queue === 'mail' ? mailWorkers : 1); n += 1) {
        const worker: Worker = { isBusy: false };
        const pollingIntervalSeconds = n === 0 ? pollSeconds.first : pollSeconds.others;
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

  /** Waits for running jobs, up to 5 s, and returns the others to the queue. */
  async stop(): Promise<void> {
    clearInterval(this.cleanUps);
    this.workers.clear();
    await this.boss.stop({ timeout: 5000 });
  }

  private async askForCleanUp(): Promise<void> {
    await this.boss
      .send('clean-up', {}, oncePerHour)
      .catch((error: unknown) => this.logger.error({ err: error }, 'Job queue failed'));
  }

  private pollNow({ id }: Worker): void {
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
        this.pollNow(worker);
      });
  }

  private async attempt<Data>({ queue, handle, job }: Work<Data>): Promise<void> {
    try {
      await handle(job.data);
      this.metrics.jobs.inc({ queue, result: 'done' });
      this.logger.debug({ queue, job_id: job.id, attempt: job.retryCount + 1 }, 'Job done');
    } catch (error) {
      const line = { err: error, queue, job_id: job.id, attempt: job.retryCount + 1 };
      const isRetried = job.retryCount < job.retryLimit;
      this.metrics.jobs.inc({ queue, result: isRetried ? 'retried' : 'failed' });
      if (isRetried) this.logger.warn(line, 'Job failed; it will be retried');
      else this.logger.error(line, 'Job failed permanently');
      throw error;
    }
  }
}
