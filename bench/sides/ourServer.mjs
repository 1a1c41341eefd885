import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../freePort.mjs';
import { stopProcess } from '../stopProcess.mjs';

/** As the image starts it. */
const engineOptions = [
  '--min-semi-space-size=4',
  '--max-semi-space-size=4',
  '--v8-pool-size=1',
  '--heap-growing-percent=20',
  '--no-allocation-site-pretenuring',
];

const startTimeoutMs = 60_000;
const project = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Starts the real server as in production, and resolves when it is ready. It is stopped by `cleanup`, if not before.
 * @param {import('../cleanup.mjs').Cleanup} cleanup
 * @param {{ folder: string, settings: Record<string, string>, home?: string }} options the folder to run in, what to set
 * beside what the server needs for this (no other setting of this machine reaches it), and where the project is
 * @returns {Promise<{ url: string, pid: number, milliseconds: number, stop: () => Promise<void> }>} `milliseconds` passed
 * until it was ready
 */
export async function startOurServer(cleanup, { folder, settings, home = project }) {
  const port = await freePort();
  const start = performance.now();
  const child = spawn(process.execPath, [...engineOptions, join(home, 'dist', 'server.js')], {
    cwd: folder,
    env: { ENV: 'production', MALLOC_ARENA_MAX: '1', HOST: '127.0.0.1', PORT: String(port), ...settings },
    // Lines of requests, where they are asked for, go where they cost what they cost to write and no more.
    stdio: ['ignore', settings.LOG_LEVEL === 'warning' ? 2 : 'ignore', 2],
  });
  const stop = () => stopProcess(child);
  cleanup.add(stop);
  const url = `http://127.0.0.1:${port}`;
  await untilReady(url, child);
  return { url, pid: child.pid, milliseconds: performance.now() - start, stop };
}

async function untilReady(url, child) {
  for (const end = Date.now() + startTimeoutMs; Date.now() < end; await delay(10)) {
    if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode} instead of starting.`);
    const answer = await fetch(`${url}/health/ready`).catch(() => undefined);
    if (answer?.status === 200) return;
  }
  throw new Error('The server is not ready after a minute.');
}
