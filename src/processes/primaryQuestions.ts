import type { Serializable } from 'node:child_process';
import cluster, { type Worker } from 'node:cluster';
import { isOfType, tell } from './messages.js';

interface Question<Asked> {
  type: string;
  id: number;
  asked: Asked;
}

interface Answer<Answered> {
  type: string;
  id: number;
  answered: Answered;
}

const typesOf = (topic: string): { question: string; answer: string } => ({
  question: `smart-audit:${topic}?`,
  answer: `smart-audit:${topic}!`,
});

/**
 * Has this process answer what workers that it has started ask about something.
 * @param answer must neither throw nor reject
 */
export function answerWorkers(topic: string, answer: (asked: unknown, worker: Worker) => Promise<Serializable>): void {
  const types = typesOf(topic);
  cluster.on('message', (worker, message: unknown) => {
    if (!isOfType<Question<unknown>>(message, types.question)) return;
    const { id, asked } = message;
    void answer(asked, worker).then((answered) => tell(worker, { type: types.answer, id, answered }));
  });
}

/** What a worker asks the process that has started it about something. */
export class PrimaryQuestions<Asked, Answered> {
  private readonly types: { question: string; answer: string };
  private readonly waiting = new Map<number, (answered: Answered) => void>();
  private last = 0;

  constructor(topic: string) {
    this.types = typesOf(topic);
    process.on('message', (message: unknown) => {
      if (isOfType<Answer<Answered>>(message, this.types.answer)) this.waiting.get(message.id)?.(message.answered);
    });
  }

  /**
   * @param patienceMs how long to wait for the answer, in milliseconds; otherwise as long as it takes: when that process is
   * gone, so is this one
   * @throws when there is no answer in time, or the question cannot be sent
   */
  async ask(asked: Asked, patienceMs?: number): Promise<Answered> {
    this.last += 1;
    const id = this.last;
    let late: NodeJS.Timeout | undefined;
    const answer = new Promise<Answered>((resolve, reject) => {
      const giveUp = (): void => reject(new Error('The primary process does not answer.'));
      if (patienceMs !== undefined) late = setTimeout(giveUp, patienceMs);
      this.waiting.set(id, resolve);
      const question: Question<Asked> = { type: this.types.question, id, asked };
      process.send?.(question, undefined, undefined, (error) => error && reject(error));
    });
    return answer.finally(() => {
      clearTimeout(late);
      this.waiting.delete(id);
    });
  }
}
