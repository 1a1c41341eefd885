import cluster, { type Worker } from 'node:cluster';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../core/logger.js';
import { StartError } from '../core/startError.js';
import { RestartPause } from './restartPause.js';

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
  /** Called for each that dies, before it takes requests or later. */
  onDeath: () => void;
}

/** The processes that take requests. Those that die are replaced; all are, one by one, when they are to be renewed. */
export class WorkerPool {
  private readonly workers = new Set<Worker>();
  private readonly leaving = new WeakSet<Worker>();
  private readonly pause = new RestartPause();
  /** How many have been started and do not listen yet. */
  private starting = 0;
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
    const all = await Promise.all(Array.from({ length: this.options.size }, () => this.add()));
    return all[0]?.port ?? 0;
  }

  /**
   * Replaces every worker by a new one, which reads the settings anew: each goes when another has come. Where a new one
   * cannot start, those that are left go on.
   */
  async renew(): Promise<void> {
    if (this.isRenewing || this.isStopping) return this.logger.warn('The workers are being replaced already');
    this.isRenewing = true;
    try {
      for (const worker of [...this.workers]) await this.renewOne(worker);
      await this.addMissing();
      this.tellRenewed();
    } catch (error) {
      this.logger.error({ err: error }, 'A new worker could not start; the others go on');
    } finally {
      this.isRenewing = false;
      if (this.missing > 0) void this.replace(0);
    }
  }

  /** Workers may die meanwhile: what is one too many goes, and what is missing comes, without waiting for one another. */
  private async renewOne(worker: Worker): Promise<void> {
    if (!this.workers.has(worker) || this.isStopping) return;
    const added = await this.add();
    if (this.workers.has(worker)) await Promise.all([this.end(worker), this.addMissing()]);
    else if (this.missing < 0) await this.end(added.worker);
  }

  private tellRenewed(): void {
    const workers = this.size;
    if (workers === this.options.size) this.logger.info({ workers }, 'All workers have been replaced');
    else this.logger.warn({ workers }, 'All workers have been replaced; some that died meanwhile are still missing');
  }

  /** How many are to be started; below 0: there are more than are wanted. */
  private get missing(): number {
    return this.options.size - this.workers.size - this.starting;
  }

  /** @throws StartError */
  private async addMissing(): Promise<void> {
    while (this.missing > 0 && !this.isStopping) await this.add();
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

  /** @throws StartError when it ends before it listens */
  private async add(): Promise<{ worker: Worker; port: number }> {
    const worker = cluster.fork(this.options.environment);
    const startedAt = performance.now();
    // What node itself tells a worker that has just died fails; what matters is that it dies.
    worker.on('error', (error) => this.logger.debug({ err: error, worker: worker.id }, 'A worker cannot be told'));
    const exited = exitOf(worker);
    this.starting += 1;
    const address = await Promise.race([addressOf(worker), exited]);
    this.starting -= 1;
    if (!address) {
      this.options.onDeath();
      throw new StartError('A worker has ended instead of starting.');
    }
    this.workers.add(worker);
    this.options.onReady(worker);
    void exited.then(() => this.onExit(worker, performance.now() - startedAt));
    return { worker, port: address.port };
  }

  private async end(worker: Worker): Promise<void> {
    this.workers.delete(worker);
    this.leaving.add(worker);
    if (worker.isDead()) return;
    worker.process.kill('SIGTERM');
    const tooLong = setTimeout(() => worker.process.kill('SIGKILL'), this.options.shutdownTimeoutMs + closingMs);
    await exitOf(worker);
    clearTimeout(tooLong);
  }

  private onExit(worker: Worker, ranMs: number): void {
    if (this.leaving.has(worker) || this.isStopping) return;
    this.workers.delete(worker);
    this.options.onDeath();
    const { exitCode, signalCode } = worker.process;
    this.logger.error({ worker: worker.id, code: exitCode, signal: signalCode }, 'A worker has died; it is replaced');
    void this.replace(ranMs);
  }

  /** @param ranMs how long the one that has ended had run */
  private async replace(ranMs: number): Promise<void> {
    await delay(this.pause.after(ranMs), undefined, { ref: false });
    // A renewal may have brought another.
    if (this.isStopping || this.missing <= 0) return;
    try {
      await this.add();
    } catch (error) {
      this.logger.error({ err: error }, 'A worker could not be replaced; it is tried again');
      await this.replace(0);
    }
  }
}

// Not events.once: it rejects when a worker has an error, and a message that a dead worker does not get is one.

function exitOf(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    worker.once('exit', () => resolve());
    // There is no end of what has never begun.
    if (worker.process.pid === undefined) resolve();
  });
}

function addressOf(worker: Worker): Promise<AddressInfo> {
  return new Promise((resolve) => void worker.once('listening', resolve));
}
