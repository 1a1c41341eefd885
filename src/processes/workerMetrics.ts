import cluster, { type Worker } from 'node:cluster';
import type { Metrics, Snapshot } from '../core/metrics.js';
import { MetricsSum } from '../core/metricsSum.js';
import { briefly, type Closers } from './lifecycle.js';
import { isOfType, tell } from './messages.js';

/** How long a worker may take to say its metrics, in milliseconds. Prometheus waits for ten seconds. */
const patienceMs = 1000;

interface Question {
  type: 'smart-audit:get-metrics';
}

interface Answer {
  type: 'smart-audit:metrics';
  snapshot: Snapshot;
}

/** Has a worker say its metrics whenever it is asked, and a last time when it has closed everything else. */
export function answerForMetrics(metrics: Metrics, closers: Closers): void {
  const answer = async (): Promise<void> => {
    const message: Answer = { type: 'smart-audit:metrics', snapshot: await metrics.snapshot() };
    await new Promise<void>((resolve) => process.send?.(message, undefined, undefined, () => resolve()));
  };
  process.on('message', (message: unknown) => {
    if (isOfType<Question>(message, 'smart-audit:get-metrics')) void answer();
  });
  closers.push(() => briefly(answer()));
}

/** The metrics of all workers and of the process that starts them, summed up there. */
export class WorkerMetrics {
  private readonly sum = new MetricsSum();
  /** How many did not answer the last time. */
  silent = 0;

  /** @param own those of this process */
  constructor(private readonly own: Metrics) {
    cluster.on('message', (worker, message: unknown) => {
      if (isOfType<Answer>(message, 'smart-audit:metrics')) this.sum.set(worker.id, message.snapshot);
    });
    // Not when they exit: their last words may come after that.
    cluster.on('disconnect', ({ id }) => this.sum.end(id));
  }

  /** All there is to tell, in Prometheus's text format. Of a worker that does not answer, what it said the last time. */
  async scrape(): Promise<string> {
    const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
    const answers = await Promise.all(workers.map(hasAnswered));
    this.silent = answers.filter((isThere) => !isThere).length;
    // Workers are numbered from 1 on.
    this.sum.set(0, await this.own.snapshot());
    return this.sum.text();
  }
}

/** Asks a worker for its metrics. An answer to the question before is as good. */
function hasAnswered(worker: Worker): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (isThere: boolean): void => {
      clearTimeout(late);
      worker.off('message', look);
      resolve(isThere);
    };
    const look = (message: unknown): void => {
      if (isOfType<Answer>(message, 'smart-audit:metrics')) settle(true);
    };
    const late = setTimeout(() => settle(false), patienceMs);
    worker.on('message', look);
    tell(worker, { type: 'smart-audit:get-metrics' } satisfies Question);
  });
}
