import { Piscina } from 'piscina';
import { OverloadedError } from '../errors.js';
import type { Logger } from '../logger.js';
import { costOf } from './bcryptText.cjs';
import { eksblowfishCode } from './eksblowfishCode.js';
import type { Hashed, Hashing } from './hashing.js';
import type { HashOutcome, HashTask, HashTasks } from './passwordHashWorker.cjs';

interface Waiting {
  task: HashTask;
  cost: number;
  owner: unknown;
  resolve: (hashed: Hashed) => void;
  reject: (error: unknown) => void;
}

interface ThreadOptions {
  threads: number;
  queueMax: number;
  idleThreadMs?: number;
  engine?: 'fastest' | 'bcryptjs';
}

/**
 * Worker threads that hash. Where passwords wait, a thread takes two of the same cost at once, since that takes it hardly
 * longer than one (eksblowfishModule.ts). Where bcryptjs has to do it, two take twice as long, and nobody loses by it in all.
 */
export class HashingThreads implements Hashing {
  private readonly pool: Piscina<HashTasks, HashOutcome>;
  private waiting: Waiting[] = [];
  private readonly running = new Set<Promise<void>>();
  private hasWarned = false;

  /**
   * @param options.threads how many there are, at most
   * @param options.queueMax how many passwords may wait for one
   * @param options.idleThreadMs how long a thread has nothing to do before it is ended; one always stays
   * @param options.engine `bcryptjs` keeps to that one; otherwise the fastest is taken that works
   */
  constructor(
    private readonly options: ThreadOptions,
    private readonly logger?: Pick<Logger, 'error' | 'warn'>,
  ) {
    this.pool = new Piscina({
      filename: new URL('./passwordHashWorker.cjs', import.meta.url).href,
      // Each is 7 MB of memory: the others come when passwords wait for them, and go when none has come for a while.
      minThreads: 1,
      maxThreads: options.threads,
      idleTimeout: options.idleThreadMs ?? 60_000,
      workerData: { eksblowfish: options.engine === 'bcryptjs' ? undefined : eksblowfishCode() },
      resourceLimits: { maxOldGenerationSizeMb: 32 },
    });
    // A thread that cannot start, or breaks while it has nothing to do. Unheard, it would end the process.
    this.pool.on('error', (error) =>
      logger?.error({ err: error }, 'A hashing thread has failed; another takes its place'),
    );
  }

  /**
   * @param owner whoever asks, if that may be gone before its turn comes: see `abandon`
   * @throws OverloadedError when too many wait already
   */
  async run(task: HashTask, owner?: unknown): Promise<Hashed> {
    if (this.areBusy() && this.waiting.length >= this.options.queueMax) throw new OverloadedError();
    return new Promise((resolve, reject) => {
      const cost = task.kind === 'hash' ? task.cost : costOf(task.hash);
      this.waiting.push({ task, cost, owner, resolve, reject });
      this.start();
    });
  }

  /** Lets nothing wait any longer that this owner has asked for: nobody would hear of it. */
  abandon(owner: unknown): void {
    const left = this.waiting.filter((each) => each.owner === owner);
    this.waiting = this.waiting.filter((each) => each.owner !== owner);
    for (const { reject } of left) reject(new Error('Whoever asked for this hash is gone.'));
  }

  /** How many wait, but for those whose thread is starting. */
  get queueLength(): number {
    return this.waiting.length;
  }

  /** Ends the threads, after all that they were asked for. */
  async close(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
    await this.pool.destroy();
  }

  /** Piscina starts no other thread in place of one that could not start, but with the next task that it is given. */
  private areBusy(): boolean {
    return this.running.size >= this.options.threads && this.pool.threads.length > 0;
  }

  private start(): void {
    while (!this.areBusy()) {
      const first = this.waiting.shift();
      if (!first) return;
      const work = this.hash(this.nextTasks(first)).finally(() => {
        this.running.delete(work);
        this.start();
      });
      this.running.add(work);
    }
  }

  /** Who has waited longest, and the next who can be hashed together with it. */
  private nextTasks(first: Waiting): [Waiting] | [Waiting, Waiting] {
    const index = this.waiting.findIndex(({ cost }) => cost === first.cost);
    const [partner] = index < 0 ? [] : this.waiting.splice(index, 1);
    return partner ? [first, partner] : [first];
  }

  private async hash(batch: [Waiting] | [Waiting, Waiting]): Promise<void> {
    try {
      const { values, workMs, engine } = await this.pool.run(batch.map(({ task }) => task) as HashTasks);
      if (engine === 'bcryptjs' && this.options.engine !== 'bcryptjs') this.warnOnce();
      for (const [index, value] of values.entries()) batch[index]?.resolve({ value, workMs, engine });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  private warnOnce(): void {
    if (this.hasWarned) return;
    this.hasWarned = true;
    this.logger?.warn('bcryptjs hashes passwords, at less than half the speed: the faster engine does not work here');
  }
}
