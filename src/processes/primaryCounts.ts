import { MemoryRequestCounter, type Count } from '../core/requestCounter.js';
import type { Increment, SharedCounts } from '../core/sharedRequestCounter.js';
import { answerWorkers, PrimaryQuestions } from './primaryQuestions.js';

/** How long the primary process may take to answer, in milliseconds. */
const patienceMs = 500;

const topic = 'counts';

/** Has the process that starts workers count for all of them. */
export function countForWorkers(): void {
  const counter = new MemoryRequestCounter();
  answerWorkers(topic, async (increments) =>
    Promise.all((increments as readonly Increment[]).map((increment) => counter.count(increment, increment.by))),
  );
}

/** Counts of requests that all workers share: the process that started them keeps them. */
export class PrimaryCounts implements SharedCounts {
  private readonly questions = new PrimaryQuestions<readonly Increment[], Count[]>(topic);

  /** Rejects when there is no answer in time. */
  add(increments: readonly Increment[]): Promise<Count[]> {
    return this.questions.ask(increments, patienceMs);
  }
}
