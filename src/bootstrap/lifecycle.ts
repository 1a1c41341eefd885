import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../config/config.js';
import type { Logger } from '../observability/logger.js';
import { StartError } from '../startError.js';

/** Each closes one resource, in the order in which they were opened. */
export type Closers = (() => Promise<unknown>)[];

/** Waits at most `milliseconds`: requests that were cut off may keep a resource busy. */
export async function withTimeout(closing: Promise<unknown>, milliseconds = 1000): Promise<void> {
  await Promise.race([closing, delay(milliseconds)]);
}

/** npm ends its shell on SIGTERM without passing the signal on. */
function onParentExit(stop: () => void): void {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && stop(), 250).unref();
}

/**
 * Runs the process until a signal (exit code 0) or an unexpected failure (exit code 1).
 * @param start adds a closer for each resource as soon as it has opened it
 */
export async function runUntilStopped(
  config: Pick<Config, 'shutdownTimeoutMs' | 'startedByNpm'>,
  logger: Logger,
  start: (closers: Closers) => Promise<void>,
): Promise<void> {
  const closers: Closers = [];
  let stopping = false;

  const stop = async (exitCode: number): Promise<void> => {
    if (stopping) return;
    stopping = true;
    // In case something never closes.
    setTimeout(() => process.exit(1), config.shutdownTimeoutMs + 15_000).unref();
    for (const close of closers.reverse()) {
      await close().catch((error: unknown) => logger.error({ err: error }, 'Could not close'));
    }
    logger.info('Stopped');
    logger.flush();
    process.exit(exitCode);
  };
  let isTold = false;
  const stopOn = (signal: NodeJS.Signals): void => {
    process.on(signal, () => {
      // Ctrl-C reaches a program twice if its parent passes the signal on.
      if (isTold) return;
      isTold = true;
      logger.info({ signal }, 'Stopping');
      // Let a start in progress finish, such as a migration.
      const settled = Promise.race([started.catch(() => undefined), delay(config.shutdownTimeoutMs)]);
      void settled.then(() => stop(0));
    });
  };
  stopOn('SIGTERM');
  stopOn('SIGINT');
  // With workers, SIGHUP replaces them.
  if (process.listenerCount('SIGHUP') === 0) stopOn('SIGHUP');
  if (config.startedByNpm) onParentExit(() => void stop(0));
  const fail = (error: unknown): void => {
    logger.fatal({ err: error }, 'Unexpected failure; stopping');
    void stop(1);
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);

  const started = start(closers);
  await started.catch((error: unknown) => {
    // Ctrl-C interrupts the programs that a start runs, such as initdb.
    if (isTold) return;
    if (error instanceof StartError) logger.fatal(error.message);
    else logger.fatal({ err: error }, 'Could not start');
    return stop(1);
  });
}
