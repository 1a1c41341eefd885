import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Config } from '../config/config.js';
import type { Logger } from '../observability/logger.js';
import type { Closers } from './lifecycle.js';
import { listen } from './listen.js';
import { urlHost } from './listenAddress.js';

/** In milliseconds. */
const limits = { headersTimeout: 5000, requestTimeout: 5000 };

/**
 * Serves metrics in Prometheus's text format at /metrics on METRICS_PORT, apart from the public API.
 * @throws StartError if METRICS_PORT is not free
 */
export async function startMetricsServer(
  { host, metricsPort, keepAliveTimeoutMs }: Pick<Config, 'host' | 'metricsPort' | 'keepAliveTimeoutMs'>,
  scrape: () => Promise<string>,
  logger: Logger,
  closers: Closers,
): Promise<void> {
  if (metricsPort === undefined) return;
  const server = createServer({ ...limits, keepAliveTimeout: keepAliveTimeoutMs }, (req, res) => {
    const isScrape = req.method === 'GET' && req.url?.split('?')[0] === '/metrics';
    if (!isScrape) return void res.writeHead(404).end();
    scrape().then(
      (text) => res.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text),
      (error: unknown) => {
        logger.warn({ err: error }, 'Could not collect metrics');
        res.writeHead(503).end();
      },
    );
  });
  await listen(server, 'METRICS_PORT', host, metricsPort);
  closers.push(async () => {
    server.close();
    server.closeAllConnections();
  });
  logger.info(`Metrics http://${urlHost(host)}:${(server.address() as AddressInfo).port}/metrics`);
}
