import cluster, { type Worker } from 'node:cluster';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../observability/logger.js';
import { StartError } from '../startError.js';

/** How long a worker may take to close its resources after its requests, in milliseconds. */
const closingMs = 10_000;

/** Delays before a dead worker is replaced, in milliseconds: none at first, then doubled up to the longest. */
const backoff = { shortest: 1000, longest: 30_000, resetAfter: 60_000 };

interface Options {
  size: number;
  /** Environment variables added for workers; undefined removes one. */
  environment: Readonly<Record<string, string | undefined>>;
  shutdownTimeoutMs: number;
  onReady: (worker: Worker) => void;
  /** Called for each worker that dies unexpectedly, also before it is ready. */
  onDeath: () => void;
}

export class WorkerPool {
  /** Workers that listen and are to keep running. */
  private readonly workers = new Set<Worker>();
  /** The worker that `renew` is replacing now. */
  private leaving: Worker | undefined;
  private pauseMs = 0;
  private isStopping = false;

  constructor(
    private readonly options: Options,
    private readonly logger: Logger,
  ) {}

  get size(): number {
    return this.workers.size;
  }

  /**
   * Resolves with the port when all workers listen.
   * @throws StartError when one exits before that; it has logged why
   */
  async start(): Promise<number> {
    const ports = await Promise.all(Array.from({ length: this.options.size }, () => this.add()));
    return ports[0] ?? 0;
  }

  /** Replaces workers one by one, which reloads settings: each stops when its successor listens. */
  async renew(): Promise<void> {
    if (this.leaving || this.isStopping) return this.logger.warn('The workers are already being replaced');
    try {
      for (const worker of [...this.workers]) {
        // Died meanwhile, and is replaced already.
        if (!this.workers.has(worker)) continue;
        this.leaving = worker;
        await this.add();
        await this.end(worker);
      }
      this.logger.info({ workers: this.size }, 'All workers have been replaced');
    } catch (error) {
      this.logger.error({ err: error }, 'A new worker could not start; the others keep running');
      if (this.leaving?.isDead()) void this.replace();
    } finally {
      this.leaving = undefined;
    }
  }

  /** Stops all workers gracefully, and kills those that take too long. */
  async stop(): Promise<void> {
    this.isStopping = true;
    const all = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
    await Promise.all(all.map((worker) => this.end(worker)));
  }

  signal(signal: NodeJS.Signals): void {
    for (const worker of this.workers) worker.process.kill(signal);
  }

  /** @throws StartError when the worker exits before it listens */
  private async add(): Promise<number> {
    const worker = cluster.fork(this.options.environment);
    const startedAt = performance.now();
    // Emitted when a message is sent to a dead worker.
    worker.on('error', (error) => this.logger.debug({ err: error, worker: worker.id }, 'Could not send to a worker'));
    const address = await Promise.race([listening(worker), exited(worker)]);
    if (!address) {
      this.options.onDeath();
      throw new StartError('A worker exited during its start.');
    }
    this.workers.add(worker);
    worker.once('exit', (code, signal) => this.onExit(worker, { code, signal }, performance.now() - startedAt));
    this.options.onReady(worker);
    return address.port;
  }

  private async end(worker: Worker): Promise<void> {
    this.workers.delete(worker);
    if (worker.isDead()) return;
    worker.process.kill('SIGTERM');
    const tooLong = setTimeout(() => worker.process.kill('SIGKILL'), this.options.shutdownTimeoutMs + closingMs);
    await exited(worker);
    clearTimeout(tooLong);
  }

  private onExit(worker: Worker, reason: object, ranMs: number): void {
    if (!this.workers.delete(worker) || this.isStopping) return;
    this.options.onDeath();
    this.logger.error({ worker: worker.id, ...reason }, 'A worker died and is replaced');
    if (ranMs > backoff.resetAfter) this.pauseMs = 0;
    if (worker !== this.leaving) void this.replace();
  }

  /** Starts a worker in the place of one that died, with backoff. */
  private async replace(): Promise<void> {
    const pauseMs = this.pauseMs;
    this.pauseMs = Math.min(backoff.longest, pauseMs * 2 || backoff.shortest);
    await delay(pauseMs, undefined, { ref: false });
    if (this.isStopping) return;
    await this.add().catch((error: unknown) => {
      if (this.isStopping) return;
      this.logger.error({ err: error }, 'A worker could not be replaced; retrying');
      void this.replace();
    });
  }
}

// Not `events.once`, which rejects when a message to a dead worker fails.

function listening(worker: Worker): Promise<AddressInfo> {
  return new Promise((resolve) => void worker.once('listening', resolve));
}

function exited(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    worker.once('exit', () => resolve());
    // A failed fork never emits 'exit'.
    if (worker.process.pid === undefined) resolve();
  });
}
