import cluster, { type Worker } from 'node:cluster';
import { OverloadedError } from '../core/errors.js';
import type { Hashed, Hashing } from '../core/hashing/hashing.js';
import type { HashingThreads } from '../core/hashing/hashingThreads.js';
import type { HashTask } from '../core/hashing/passwordHashWorker.cjs';
import { answerWorkers, NoAnswerError, PrimaryQuestions } from './primaryQuestions.js';

type Outcome = { hashed: Hashed } | { refused: 'overloaded' | 'failed' };

const topic = 'hash';

/** How long a password may take, with those that wait before it, in milliseconds: nobody waits longer for an answer. */
const patienceMs = 60_000;

/** Has the process that starts workers hash for all of them. What a worker that dies has asked for is not hashed any more. */
export function hashForWorkers(
  threads: Pick<HashingThreads, 'run' | 'abandon'>,
  onError: (error: unknown) => void,
): void {
  const hash = async (task: HashTask, worker: Worker): Promise<Outcome> => {
    try {
      return { hashed: await threads.run(task, worker.id) };
    } catch (error) {
      if (error instanceof OverloadedError) return { refused: 'overloaded' };
      if (worker.isConnected()) onError(error);
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

  /** @throws OverloadedError when too many wait already, or those that wait take too long */
  async run(task: HashTask): Promise<Hashed> {
    const outcome = await this.questions.ask(task, patienceMs).catch((error: unknown) => {
      throw error instanceof NoAnswerError ? new OverloadedError() : error;
    });
    if ('hashed' in outcome) return outcome.hashed;
    throw outcome.refused === 'overloaded' ? new OverloadedError() : new Error('The primary process could not hash.');
  }
}
