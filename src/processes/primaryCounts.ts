import cluster from 'node:cluster';
import { MemoryRequestCounter, type Count } from '../core/requestCounter.js';
import type { Increment, SharedCounts } from '../core/sharedRequestCounter.js';
import { isOfType, tell } from './messages.js';

/** How long the primary process may take to answer, in milliseconds. */
const patienceMs = 500;

interface Question {
  type: 'smart-audit:count';
  id: number;
  increments: readonly Increment[];
}

interface Answer {
  type: 'smart-audit:counted';
  id: number;
  counts: Count[];
}

/** Has the process that starts workers count for all of them. */
export function countForWorkers(): void {
  const counter = new MemoryRequestCounter();
  cluster.on('message', (worker, message: unknown) => {
    if (!isOfType<Question>(message, 'smart-audit:count')) return;
    const { id, increments } = message;
    void Promise.all(increments.map((increment) => counter.count(increment, increment.by))).then((counts) => {
      tell(worker, { type: 'smart-audit:counted', id, counts } satisfies Answer);
    });
  });
}

/** Counts of requests that all workers share: the process that started them keeps them. */
export class PrimaryCounts implements SharedCounts {
  private readonly waiting = new Map<number, (counts: Count[]) => void>();
  private last = 0;

  constructor() {
    process.on('message', (message: unknown) => {
      if (isOfType<Answer>(message, 'smart-audit:counted')) this.waiting.get(message.id)?.(message.counts);
    });
  }

  /** Rejects when there is no answer in time. */
  add(increments: readonly Increment[]): Promise<Count[]> {
    this.last += 1;
    const id = this.last;
    return new Promise<Count[]>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error('The primary process does not answer.')), patienceMs);
      this.waiting.set(id, (counts) => {
        clearTimeout(late);
        resolve(counts);
      });
      process.send?.({ type: 'smart-audit:count', id, increments } satisfies Question);
    }).finally(() => this.waiting.delete(id));
  }
}
