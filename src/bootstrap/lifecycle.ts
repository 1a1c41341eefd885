import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../config/config.js';
import type { Logger } from '../observability/logger.js';
import { StartError } from '../startError.js';

/** What has to be closed, in the order in which it was opened. */
export type Closers = (() => Promise<unknown>)[];

/** Nobody waits any more for what a request that was cut off has left running: it ends with the process. */
export async function briefly(closing: Promise<unknown>, milliseconds = 1000): Promise<void> {
  await Promise.race([closing, delay(milliseconds)]);
}

async function close(closers: Closers, logger: Logger): Promise<void> {
  for (const closer of closers.reverse()) {
    await closer().catch((error: unknown) => logger.error({ err: error }, 'Could not close'));
  }
}

/** npm ends its shell on SIGTERM and tells us nothing: when the shell is gone, so are those who wanted us. */
function onParentGone(stop: () => void): void {
  const parent = process.ppid;
  const watch = setInterval(() => process.ppid !== parent && stop(), 250);
  watch.unref();
}

/**
 * Starts, and runs until a signal or an unexpected failure ends the process. Exit codes: 0 after a signal, 1 after a
 * failure.
 * @param start opens one thing on the other, and leaves a closer behind for each before it opens the next
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
    // The last resort, should something never close.
    setTimeout(() => process.exit(1), config.shutdownTimeoutMs + 15_000).unref();
    await close(closers, logger);
    logger.info('Stopped');
    logger.flush();
    process.exit(exitCode);
  };
  const endsAt = (signal: NodeJS.Signals): void => {
    process.on(signal, () => {
      logger.info({ signal }, 'Stopping');
      // A start that waits, as for another instance to migrate, is given as long as a request.
      const settled = Promise.race([started.catch(() => undefined), delay(config.shutdownTimeoutMs)]);
      void settled.then(() => stop(0));
    });
  };
  endsAt('SIGTERM');
  endsAt('SIGINT');
  // Its terminal has gone, or it is to begin anew, which is for who started it; unless SIGHUP was given another meaning.
  if (process.listenerCount('SIGHUP') === 0) endsAt('SIGHUP');
  if (config.startedByNpm) onParentGone(() => void stop(0));
  const fail = (error: unknown): void => {
    logger.fatal({ err: error }, 'Unexpected failure; stopping');
    void stop(1);
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);

  const started = start(closers);
  await started.catch((error: unknown) => {
    if (error instanceof StartError) logger.fatal(error.message);
    else logger.fatal({ err: error }, 'Could not start');
    return stop(1);
  });
}
