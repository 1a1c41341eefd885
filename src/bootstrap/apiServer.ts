import { once } from 'node:events';
import type { Server } from 'node:http';
import { Server as TcpServer, type AddressInfo } from 'node:net';
import { createHttpServer } from '../api/http/httpServer.js';
import { createApp } from '../api/app.js';
import { wire } from './compositionRoot.js';
import type { Config } from '../config/config.js';
import type { Logger } from '../observability/logger.js';
import type { Metrics } from '../observability/metrics.js';
import { withTimeout, type Closers } from './lifecycle.js';
import { listen } from './listen.js';
import { openDependencies } from './openDependencies.js';

/**
 * Opens everything that serves requests and runs jobs on a migrated database, and listens.
 * @returns the port
 */
export async function startApiServer(
  config: Config & { databaseUrl: string },
  processLogger: Logger,
  metrics: Metrics,
  closers: Closers,
): Promise<number> {
  const dependencies = await openDependencies(config, processLogger, metrics, closers);
  const { api, jobs, jobHandlers } = await wire(dependencies);
  const app = await createApp(api, dependencies);
  closers.push(() => withTimeout(jobs.stop(), 6000));
  await jobs.start(jobHandlers);
  const server = createHttpServer(app, config, dependencies.logger, metrics);
  await listen(server, 'HOST, PORT', config.host, config.port);
  closers.push(() => drain(server, config.shutdownTimeoutMs));
  return (server.address() as AddressInfo).port;
}

/** A connection that an active client uses is not idle for longer than this, in milliseconds. */
const idleMs = 1000;

/** Stops accepting connections, lets requests finish, and cuts off those that are still running after `timeoutMs`. */
async function drain(server: Server, timeoutMs: number): Promise<void> {
  // Close keep-alive connections with their next response. Prepended, because the application may respond at once.
  server.prependListener('request', (_req, res) => res.setHeader('Connection', 'close'));
  // `server.close()` would close idle connections at once, some of them just as the client sends its next request.
  let endIdle: NodeJS.Timeout | undefined;
  const idle = setTimeout(() => (endIdle = setInterval(() => server.closeIdleConnections(), 50)), idleMs);
  const cutOff = setTimeout(() => server.closeAllConnections(), timeoutMs);
  TcpServer.prototype.close.call(server);
  await once(server, 'close');
  for (const timer of [idle, endIdle, cutOff]) clearTimeout(timer);
}
