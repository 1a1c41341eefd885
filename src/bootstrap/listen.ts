import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import type { Config } from '../config/config.js';
import { StartError } from '../startError.js';
import { listenHost } from './listenAddress.js';

/** What to do when a port cannot be had, by the settings that name it. */
const remedies = {
  'HOST, PORT': 'Choose others, or free these.',
  METRICS_PORT: 'Choose another, or free it.',
};

/**
 * Resolves when the server listens.
 * @throws StartError that names the settings if it cannot
 */
export async function listen(
  server: Server,
  settings: keyof typeof remedies,
  host: string,
  port: number,
): Promise<void> {
  server.listen(port, listenHost(host));
  await once(server, 'listening').catch((error: unknown) => {
    throw new StartError(`${settings}: cannot listen (${(error as Error).message}). ${remedies[settings]}`, error);
  });
}

/**
 * Listens on the ports of the settings for a moment: a start that would fail should fail before it takes long.
 * @throws StartError that names the settings of a port that is not free
 */
export async function assertPortsFree({
  host,
  port,
  metricsPort = 0,
}: Pick<Config, 'host' | 'port' | 'metricsPort'>): Promise<void> {
  const servers = [createServer(), createServer()] as const;
  try {
    await listen(servers[0], 'HOST, PORT', host, port);
    await listen(servers[1], 'METRICS_PORT', host, metricsPort);
  } finally {
    const listening = servers.filter((server) => server.listening);
    await Promise.all(listening.map((server) => once(server.close(), 'close')));
  }
}
