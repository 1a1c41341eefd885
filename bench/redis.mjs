import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './freePort.mjs';
import { stopProcess } from './stopProcess.mjs';

/**
 * Starts a Redis that keeps nothing on disk, from the redis-server that is on the PATH. It is stopped by `cleanup`.
 * @param {import('./cleanup.mjs').Cleanup} cleanup
 * @param {string} folder to run in
 * @returns {Promise<string | undefined>} its URL; undefined where there is none to start
 */
export async function startRedis(cleanup, folder) {
  const port = await freePort();
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const child = spawn('redis-server', options, { cwd: folder, stdio: 'ignore' });
  if (!(await hasStarted(child))) return undefined;
  cleanup.add(() => stopProcess(child));
  for (const end = Date.now() + 10_000; Date.now() < end; await delay(20)) {
    if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}.`);
    if (await accepts(port)) return `redis://127.0.0.1:${port}`;
  }
  throw new Error('redis-server does not answer.');
}

function hasStarted(child) {
  return once(child, 'spawn').then(
    () => true,
    () => false,
  );
}

function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}
