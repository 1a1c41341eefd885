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

/** In seconds, for retries and for jobs of other processes. Each poll is a statement. */
const pollSeconds = 5;

/** More than one, so that a mail server that hangs does not block all mails. */
const mailWorkers = 3;

export class JobRunner implements JobQueue {
  /** The ids of pg-boss's workers, by queue. Each runs one job at a time. */
  private readonly workers = new Map<string, string[]>();
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

  /** Makes all workers of a queue poll now, or after their job if they are busy. */
  wake(queue: string): void {
    for (const id of this.workers.get(queue) ?? []) this.boss.notifyWorker(id);
  }

  async start(handlers: JobHandlers): Promise<void> {
    await this.boss.start();
    const options = { pollingIntervalSeconds: pollSeconds, includeMetadata: true } as const;
    for (const [queue, handle] of Object.entries(handlers) as [string, (job: never) => Promise<void>][]) {
      for (const result of ['done', 'retried', 'failed']) this.metrics.jobs.inc({ queue, result }, 0);
      const ids: string[] = [];
      this.workers.set(queue, ids);
      for (let n = 0; n < (queue === 'mail' ? mailWorkers : 1); n += 1) {
        const id: string = await this.boss.work<never>(queue, options, async ([job]) => {
          // Poll at once after each job: more may be waiting.
          if (job) await this.run(queue, handle, job).finally(() => this.boss.notifyWorker(id));
        });
        ids.push(id);
      }
    }
    await this.askForCleanUp();
    this.cleanUps = setInterval(() => void this.askForCleanUp(), cleanUpIntervalMs);
  }

  /** Waits for running jobs, up to 5 s, and returns the others to the queue. */
  async stop(): Promise<void> {
    clearInterval(this.cleanUps);
    await this.boss.stop({ timeout: 5000 });
  }

  private async askForCleanUp(): Promise<void> {
    await this.boss
      .send('clean-up', {}, oncePerHour)
      .catch((error: unknown) => this.logger.error({ err: error }, 'Job queue failed'));
  }

  private async run<Data>(
    queue: string,
    handle: (data: Data) => Promise<void>,
    job: PgBoss.JobWithMetadata<Data>,
  ): Promise<void> {
    const attempt = job.retryCount + 1;
    const attributes = {
      'smart_audit.job.queue': queue,
      'smart_audit.job.id': job.id,
      'smart_audit.job.attempt': attempt,
    };
    await this.tracing.root({ name: `job ${queue}`, kind: 'consumer', attributes }, async () => {
      const line = { queue, job_id: job.id, attempt };
      try {
        await handle(job.data);
        this.metrics.jobs.inc({ queue, result: 'done' });
        this.logger.debug(line, 'Job done');
      } catch (error) {
        const isRetried = job.retryCount < job.retryLimit;
        this.metrics.jobs.inc({ queue, result: isRetried ? 'retried' : 'failed' });
        if (isRetried) this.logger.warn({ err: error, ...line }, 'Job failed; it will be retried');
        else this.logger.error({ err: error, ...line }, 'Job failed permanently');
        throw error;
      }
    });
  }
}
