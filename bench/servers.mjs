import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const patienceMs = 60_000;

/** The folder of this checkout. */
export const project = fileURLToPath(new URL('../', import.meta.url));

/** Starts servers with `url`, `pid`, `stop()`, and `startMs` until the first 200 of /health/ready. */
export class Servers {
  /**
   * @param {string} folder an empty working directory, so that no .env is read
   * @param {Record<string, string>} settings of all servers, their whole environment
   * @param {(() => Promise<unknown>)[]} closers gets a function that stops each server
   */
  constructor(folder, settings, closers) {
    Object.assign(this, { folder, settings, closers });
  }

  /** Starts the built API of this or another checkout as its `npm start` does. */
  async startApi({ home = project, settings = {} } = {}) {
    const { scripts } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8'));
    const [, ...args] = scripts.start.split(' ');
    return this.#start([...args.slice(0, -1), join(home, args.at(-1))], { ENV: 'production', ...settings });
  }

  /** Starts a script of `sides/`. */
  startPeer(script, settings = {}) {
    return this.#start([join(project, 'bench/sides', script)], { NODE_ENV: 'production', ...settings });
  }

  async #start(args, settings) {
    const port = await freePort();
    const env = { ...this.settings, ...settings, HOST: '127.0.0.1', PORT: String(port) };
    const begin = performance.now();
    // Logs are written, but to /dev/null.
    const child = spawn(process.execPath, args, { cwd: this.folder, env, stdio: ['ignore', 'ignore', 'inherit'] });
    const stop = () => stopProcess(child);
    this.closers.push(stop);
    const url = `http://127.0.0.1:${port}`;
    await untilReady(url, child);
    return { url, pid: child.pid, startMs: performance.now() - begin, stop };
  }
}

/** The resident memory of a process, in megabytes (of 1,000,000 bytes). */
export async function residentMegabytes(pid) {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return (Number(stdout) * 1024) / 1_000_000;
}

/** Processor time of a process (Linux only, to a hundredth of a second). */
export async function processorMicroseconds(pid) {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return (user + system) * 10_000;
}

async function untilReady(url, child) {
  for (const end = Date.now() + patienceMs; Date.now() < end; await delay(10)) {
    if (child.exitCode !== null) throw new Error(`${child.spawnargs.at(-1)} exited with ${child.exitCode}.`);
    const answer = await fetch(`${url}/health/ready`).catch(() => undefined);
    if (answer?.status === 200) return;
  }
  throw new Error(`${child.spawnargs.at(-1)} is not ready after ${patienceMs / 1000} s.`);
}

async function stopProcess(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const kill = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  await exited;
  clearTimeout(kill);
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  await new Promise((done) => probe.close(done));
  return port;
}
