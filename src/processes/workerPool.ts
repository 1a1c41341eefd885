import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../core/logger.js';
import { StartError } from '../core/startError.js';

/** How long a worker must have run for its end to be no sign that it cannot run; in milliseconds. */
const steadyMs = 60_000;

/** The longest that a worker is missing before the next one is tried, in milliseconds. */
const longestPauseMs = 30_000;

/** Beyond its own time-out, which is for requests, a worker has so long to close what it has opened; in milliseconds. */
const closingMs = 10_000;

// Workers accept connections themselves. Handed out by this process, as is node's default, those that were given to a worker
// in the moment of its death would stay open for ever, and never be answered.
cluster.schedulingPolicy = cluster.SCHED_NONE;

interface Options {
  size: number;
  /** Variables of theirs, beside those of this process; undefined: one that they do not get. */
  environment: Readonly<Record<string, string | undefined>>;
  /** How long their running requests may take when they stop, in milliseconds. */
  shutdownTimeoutMs: number;
  /** Called with each one that has begun to take requests. */
  onReady: (worker: Worker) => void;
  /** Called for each that dies. */
  onDeath: () => void;
}

/** The processes that take requests. Those that die are replaced; all are, one by one, when they are to be renewed. */
export class WorkerPool {
  private readonly workers = new Set<Worker>();
  private readonly leaving = new WeakSet<Worker>();
  /** Early ends in a row. */
  private failures = 0;
  private isStopping = false;
  private isRenewing = false;

  constructor(
    private readonly options: Options,
    private readonly logger: Logger,
  ) {}

  /** How many take requests. */
  get size(): number {
    return this.workers.size;
  }

  /**
   * Resolves with the port when all listen.
   * @throws StartError when one ends before that; it has said why itself
   */
  async start(): Promise<number> {
    const ports = await Promise.all(Array.from({ length: this.options.size }, () => this.add()));
    return ports[0] ?? 0;
  }

  /**
   * Replaces every worker by a new one, which reads the settings anew: each goes when another has come. Where a new one
   * cannot start, those that are left go on.
   */
  async renew(): Promise<void> {
    if (this.isRenewing || this.isStopping) return this.logger.warn('The workers are being replaced already');
    this.isRenewing = true;
    try {
      for (const worker of [...this.workers]) {
        await this.add();
        await this.end(worker);
      }
      this.logger.info({ workers: this.size }, 'All workers have been replaced');
    } catch (error) {
      this.logger.error({ err: error }, 'A new worker could not start; the others go on');
    } finally {
      this.isRenewing = false;
    }
  }

  /** Lets all finish what they do. */
  async stop(): Promise<void> {
    this.isStopping = true;
    const all = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
    await Promise.all(all.map((worker) => this.end(worker)));
  }

  /** Sends all of them a signal. */
  signal(signal: NodeJS.Signals): void {
    for (const worker of this.workers) worker.process.kill(signal);
  }

  private async add(): Promise<number> {
    const worker = cluster.fork(this.options.environment);
    const startedAt = Date.now();
    const exited = once(worker, 'exit').then(() => undefined);
    const address = await Promise.race([once(worker, 'listening') as Promise<[AddressInfo]>, exited]);
    if (!address) throw new StartError('A worker has ended instead of starting.');
    this.workers.add(worker);
    this.options.onReady(worker);
    void exited.then(() => this.onExit(worker, startedAt));
    return address[0].port;
  }

  private async end(worker: Worker): Promise<void> {
    this.workers.delete(worker);
    this.leaving.add(worker);
    if (worker.isDead()) return;
    worker.process.kill('SIGTERM');
    const tooLong = setTimeout(() => worker.process.kill('SIGKILL'), this.options.shutdownTimeoutMs + closingMs);
    await once(worker, 'exit');
    clearTimeout(tooLong);
  }

  private onExit(worker: Worker, startedAt: number): void {
    if (this.leaving.has(worker) || this.isStopping) return;
    this.workers.delete(worker);
    this.options.onDeath();
    const { exitCode, signalCode } = worker.process;
    this.logger.error({ worker: worker.id, code: exitCode, signal: signalCode }, 'A worker has died; it is replaced');
    if (Date.now() - startedAt > steadyMs) this.failures = 0;
    void this.replace();
  }

  /** At once the first time; later and later where that does not help. */
  private async replace(): Promise<void> {
    const pause = this.failures === 0 ? 0 : Math.min(longestPauseMs, 500 * 2 ** this.failures);
    this.failures += 1;
    await delay(pause, undefined, { ref: false });
    if (this.isStopping) return;
    try {
      await this.add();
    } catch (error) {
      this.logger.error({ err: error, failures: this.failures }, 'A worker could not be replaced; it is tried again');
      await this.replace();
    }
  }
}
