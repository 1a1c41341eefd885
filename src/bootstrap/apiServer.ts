import cluster from 'node:cluster';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { Server as TcpServer, type AddressInfo } from 'node:net';
import { createHttpServer } from '../api/http/httpServer.js';
import { createApp } from '../api/app.js';
import { wire } from './compositionRoot.js';
import type { Config } from '../config/config.js';
import type { Logger } from '../observability/logger.js';
import type { Metrics } from '../observability/metrics.js';
import { HashingPool } from '../security/hashing/hashingPool.js';
import { PasswordHasher } from '../security/hashing/passwordHasher.js';
import { SigningKeys } from '../security/signingKeys.js';
import { StartError } from '../startError.js';
import { connect, poolState } from '../db/connection.js';
import { startTracing } from '../observability/tracing/startTracing.js';
import { tracedLogger } from '../observability/tracing/tracedLogger.js';
import { createJobQueue } from '../db/jobQueue.js';
import { keptSecret } from '../db/keptSecret.js';
import { traceStatements } from '../db/statementSpans.js';
import { briefly, type Closers } from './lifecycle.js';
import { openSharedState } from './openSharedState.js';

/**
 * Opens everything that takes requests and does jobs, one on the other, on a database whose migrations have been applied,
 * and listens.
 * @returns the port
 */
export async function startApiServer(
  config: Config & { databaseUrl: string },
  processLogger: Logger,
  metrics: Metrics,
  closers: Closers,
): Promise<number> {
  const tracing = await startTracing(config, processLogger, cluster.worker?.id);
  closers.push(() => briefly(tracing.close(), 2000));
  const logger = tracedLogger(processLogger, tracing);
  const secret = config.secretKey ?? (await keptSecret(config.dataFolder, 'secret-key'));
  const keys = new SigningKeys(secret, config.previousSecretKey);
  const sequelize = connect(config.databaseUrl, config.database);
  traceStatements(sequelize, tracing);
  closers.push(() => briefly(sequelize.close()));
  const hashing = new HashingPool(config.hashing, logger);
  closers.push(() => briefly(hashing.close()));
  metrics.watchHashQueue(() => hashing.queueLength);
  logger.info({ engine: hashing.engine, threads: config.hashing.threads }, 'Passwords are hashed in worker threads');
  const hasher = new PasswordHasher(config.hashing.cost, hashing, metrics, tracing);
  const shared = await openSharedState({ config, logger, sequelize, metrics, tracing }, closers);
  metrics.watchPool(() => poolState(sequelize));

  const boss = createJobQueue(config.databaseUrl, config.database);
  const dependencies = { ...shared, config, logger, metrics, sequelize, boss, hasher, keys, tracing };
  const { api, jobs, jobHandlers } = await wire(dependencies);
  const app = await createApp(api, dependencies);
  closers.push(() => briefly(jobs.stop(), 6000));
  await jobs.start(jobHandlers);
  const server = createHttpServer(app, config, logger, metrics);
  await listen(server, config);
  closers.push(() => drain(server, config.shutdownTimeoutMs));
  return (server.address() as AddressInfo).port;
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

/** For so long, in milliseconds, a client that is at work will not let a connection rest. */
const restMs = 1000;

/** Stops accepting, lets what runs finish, and cuts off what is not done in time. */
async function drain(server: Server, timeoutMs: number): Promise<void> {
  // A connection that is kept alive would take new requests: it ends with its next answer. Ahead of the application,
  // which may have answered when the listener after it runs.
  server.prependListener('request', (_req, res) => res.setHeader('Connection', 'close'));
  // Whoever sends the next request just now must get its answer: connections are closed only when they have rested for a
  // while. node:http's own `close` would not wait.
  let endIdle: NodeJS.Timeout | undefined;
  const rest = setTimeout(() => (endIdle = setInterval(() => server.closeIdleConnections(), 50)), restMs);
  const cutOff = setTimeout(() => server.closeAllConnections(), timeoutMs);
  TcpServer.prototype.close.call(server);
  await once(server, 'close');
  for (const timer of [rest, endIdle, cutOff]) clearTimeout(timer);
}
