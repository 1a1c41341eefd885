import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { stopProcess } from './stopProcess.mjs';

const startTimeoutMs = 60_000;

/**
 * Starts the real server as in production, and resolves when it is ready. It is stopped by `cleanup`.
 * @param {import('./cleanup.mjs').Cleanup} cleanup
 * @param {{ folder: string, settings: Record<string, string> }} options the folder to run in, and what to set beside
 * what the server needs for this; no other setting of this machine reaches it
 */
export async function startServer(cleanup, { folder, settings }) {
  const port = await freePort();
  const file = fileURLToPath(new URL('../dist/server.js', import.meta.url));
  const child = spawn(process.execPath, [file], {
    cwd: folder,
    env: { ENV: 'production', HOST: '127.0.0.1', PORT: String(port), ...settings },
    // Lines of requests, where they are asked for, go where they cost what they cost to write and no more.
    stdio: ['ignore', settings.LOG_LEVEL === 'warning' ? 2 : 'ignore', 2],
  });
  cleanup.add(() => stopProcess(child));
  const server = { url: `http://127.0.0.1:${port}`, pid: child.pid };
  await untilReady(server.url, child);
  return server;
}

async function freePort() {
  const probe = createServer();
  await new Promise((done, fail) => probe.once('error', fail).listen(0, '127.0.0.1', done));
  const { port } = probe.address();
  await new Promise((done) => probe.close(done));
  return port;
}

async function untilReady(url, child) {
  for (const end = Date.now() + startTimeoutMs; Date.now() < end; await delay(50)) {
    if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode} instead of starting.`);
    const answer = await fetch(`${url}/health/ready`).catch(() => undefined);
    if (answer?.status === 200) return;
  }
  throw new Error('The server is not ready after a minute.');
}
