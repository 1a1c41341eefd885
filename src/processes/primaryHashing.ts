import cluster, { type Worker } from 'node:cluster';
import { OverloadedError } from '../core/errors.js';
import type { Hashed, Hashing } from '../core/hashing/hashing.js';
import type { HashingThreads } from '../core/hashing/hashingThreads.js';
import type { HashTask } from '../core/hashing/passwordHashWorker.cjs';
import type { Logger } from '../core/logger.js';
import { answerWorkers, PrimaryQuestions } from './primaryQuestions.js';

type Outcome = { hashed: Hashed } | { refused: 'overloaded' | 'failed' };

const topic = 'hash';

/** Has the process that starts workers hash for all of them. What a worker that is gone has asked for is not hashed any more. */
export function hashForWorkers(threads: Pick<HashingThreads, 'run' | 'abandon'>, logger: Pick<Logger, 'error'>): void {
  const hash = async (task: HashTask, worker: Worker): Promise<Outcome> => {
    try {
      return { hashed: await threads.run(task, worker.id) };
    } catch (error) {
      if (error instanceof OverloadedError) return { refused: 'overloaded' };
      if (worker.isConnected()) logger.error({ err: error }, 'A password could not be hashed');
      return { refused: 'failed' };
    }
  };
  answerWorkers(topic, (task, worker) => hash(task as HashTask, worker));
  cluster.on('disconnect', ({ id }) => threads.abandon(id));
}

/**
 * The threads of the process that has started this worker hash for all: so they find two passwords that wait wherever there
 * are two, and are as many as there are processors, however unevenly people come to the workers.
 */
export class PrimaryHashing implements Hashing {
  private readonly questions = new PrimaryQuestions<HashTask, Outcome>(topic);

  /** @throws OverloadedError when too many wait already */
  async run(task: HashTask): Promise<Hashed> {
    const outcome = await this.questions.ask(task);
    if ('hashed' in outcome) return outcome.hashed;
    throw outcome.refused === 'overloaded' ? new OverloadedError() : new Error('The primary process could not hash.');
  }
}
