import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freePort } from '../freePort.mjs';
import { stopProcess } from '../stopProcess.mjs';

/**
 * Starts a server of a comparison: a script of this folder that calls `runWorkers`. Resolves when it listens.
 * @param {import('../cleanup.mjs').Cleanup} cleanup
 * @param {{ script: string, settings: Record<string, string> }} options no other setting of this machine reaches it
 * @returns {Promise<{ url: string, pid: number, stop: () => Promise<void> }>}
 */
export async function startPeer(cleanup, { script, settings }) {
  const port = await freePort();
  const child = forkScript(script, { ...settings, PORT: String(port) });
  const stop = () => stopProcess(child);
  cleanup.add(stop);
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`${script} ended with ${code}`)));
  ended.catch(() => undefined); // It ends when it is stopped, too.
  await Promise.race([once(child, 'message'), ended]);
  return { url: `http://127.0.0.1:${port}`, pid: child.pid, stop };
}

/** Runs a script of this folder to its end. */
export async function runScript(script, settings) {
  const [code] = await once(forkScript(script, settings), 'exit');
  if (code !== 0) throw new Error(`${script} ended with ${code}`);
}

function forkScript(script, settings) {
  const file = fileURLToPath(new URL(script, import.meta.url));
  // Standard output is for the report alone.
  return fork(file, { env: { NODE_ENV: 'production', ...settings }, execArgv: [], stdio: ['ignore', 2, 2, 'ipc'] });
}
