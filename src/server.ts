import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createHttpServer } from './api/httpServer.js';
import { serve, wire } from './app.js';
import { signingKey } from './core/accessToken.js';
import { readConfig, type Config } from './core/config.js';
import { createLogger, type Logger } from './core/logger.js';
import { PasswordHasher } from './core/passwordHasher.js';
import { StartError } from './core/startError.js';
import { connect } from './db/connection.js';
import { openDatabase, withMigrator } from './db/database.js';
import { createJobQueue } from './db/jobQueue.js';
import { keptSecret } from './db/keptSecret.js';

/** What has to be closed, in the order in which it was opened. */
type Closers = (() => Promise<unknown>)[];

/** Opens everything, one on the other, and listens. Each part leaves its closer behind before the next is opened. */
async function start(config: Config, logger: Logger, closers: Closers): Promise<void> {
  const database = await openDatabase(config);
  closers.push(() => database.close());
  const dataFolder = database.folder ?? config.dataFolder;
  const key = signingKey(config.secretKey ?? (await keptSecret(dataFolder, 'secret-key')));
  await withMigrator(database.url, config.database, logger, (migrator) => migrator.up());

  const sequelize = connect(database.url, config.database);
  closers.push(() => briefly(sequelize.close()));
  const hasher = new PasswordHasher(config.hashing);
  closers.push(() => briefly(hasher.close()));

  const boss = createJobQueue(database.url, config.database);
  const foundations = { config: { ...config, dataFolder }, logger, sequelize, boss, hasher, key };
  const { api, jobs, jobHandlers } = await wire(foundations);
  const app = await serve(api, foundations);
  closers.push(() => briefly(jobs.stop(), 6000));
  await jobs.start(jobHandlers);
  const server = createHttpServer(app, logger, config.tls);
  await listen(server, config);
  closers.push(() => drain(server, config.shutdownTimeoutMs));
  announce(server, config, logger, database.folder);
}

async function listen(server: Server, { host, port }: Config): Promise<void> {
  server.listen(port, host);
  await once(server, 'listening').catch((error: unknown) => {
    throw new StartError(
      `HOST, PORT: cannot listen (${(error as Error).message}). Choose others, or free these.`,
      error,
    );
  });
}

function announce(server: Server, config: Config, logger: Logger, folder: string | undefined): void {
  const { port } = server.address() as AddressInfo;
  const everywhere = config.host === '0.0.0.0' || config.host === '::';
  const host = everywhere || config.host === '127.0.0.1' ? 'localhost' : config.host;
  const api = `${config.tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const docs = `${api}/docs`;
  const data = folder ?? 'the database of DATABASE_URL';
  logger.info({ env: config.env, version: config.version }, `API ${api} - documentation ${docs} - data ${data}`);
}

/** Stops accepting, lets what runs finish, and cuts off what is not done in time. */
async function drain(server: Server, timeoutMs: number): Promise<void> {
  // A connection that is kept alive would take new requests: it ends when it is idle, or with its next answer. Ahead of
  // the application, which may have answered when the listener after it runs.
  server.prependListener('request', (_req, res) => res.setHeader('Connection', 'close'));
  const endIdle = setInterval(() => server.closeIdleConnections(), 50);
  const cutOff = setTimeout(() => server.closeAllConnections(), timeoutMs);
  server.close();
  await once(server, 'close');
  clearInterval(endIdle);
  clearTimeout(cutOff);
}

/** Nobody waits any more for what a request that was cut off has left running: it ends with the process. */
async function briefly(closing: Promise<unknown>, milliseconds = 1000): Promise<void> {
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

/** Runs until a signal ends it. Exit codes: 0 after a signal, 1 after a failure. */
async function main(): Promise<void> {
  const config = readConfig();
  const logger = createLogger(config);
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
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      logger.info({ signal }, 'Stopping');
      // A start that waits, as for another instance to migrate, is given as long as a request.
      const settled = Promise.race([started.catch(() => undefined), delay(config.shutdownTimeoutMs)]);
      void settled.then(() => stop(0));
    });
  }
  if (config.startedByNpm) onParentGone(() => void stop(0));
  const fail = (error: unknown): void => {
    logger.fatal({ err: error }, 'Unexpected failure; stopping');
    void stop(1);
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);

  const started = start(config, logger, closers);
  await started.catch((error: unknown) => {
    if (error instanceof StartError) logger.fatal(error.message);
    else logger.fatal({ err: error }, 'Could not start');
    return stop(1);
  });
}

main().catch((error: unknown) => {
  console.error(error instanceof StartError ? error.message : error);
  process.exitCode = 1;
});
