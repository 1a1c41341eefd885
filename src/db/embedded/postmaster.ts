import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { clusterFolder, spawnOptions, type ClusterHome } from './clusterHome.js';
import { EmbeddedPostgresError } from './embeddedPostgresError.js';
import type { PostgresBinaries } from './postgresBinaries.js';

export const host = '127.0.0.1';
const startTimeoutMs = 60_000;
/** How long a server may take between creating and writing postmaster.pid. */
const writeTimeoutMs = 3000;

interface Postmaster {
  processId: number;
  port: number;
}

/** The server that already runs on this cluster, by its postmaster.pid. Waits for one that is starting or stopping. */
export async function runningServer(folder: string): Promise<Postmaster | undefined> {
  const pidFile = join(clusterFolder(folder), 'postmaster.pid');
  for (const end = Date.now() + startTimeoutMs; Date.now() < end; await delay(50)) {
    const text = await readFile(pidFile, 'utf8').catch(() => undefined);
    if (text === undefined) return undefined;
    const lines = text.split('\n');
    const [processId, port, status] = [Number(lines[0]), Number(lines[3]), lines[7]?.trim()];
    // postgres itself replaces a file that names no process.
    if (processId > 0 && !isAlive(processId)) return undefined;
    if (await isStale(pidFile, processId)) {
      await rm(pidFile, { force: true });
      return undefined;
    }
    if (status === 'ready') return { processId, port };
  }
  throw new EmbeddedPostgresError(`The database that runs in ${folder} does not answer. Stop its postgres process.`);
}

/** Whether the process is not a server, or the file stays empty, as after a power failure. */
async function isStale(pidFile: string, processId: number): Promise<boolean> {
  if (processId > 0) return !(await isPostgres(processId));
  const { mtimeMs } = await stat(pidFile).catch(() => ({ mtimeMs: Date.now() }));
  return Date.now() - mtimeMs > writeTimeoutMs;
}

/** False if the process id now belongs to another program, as after a container's restart. */
async function isPostgres(processId: number): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  const name = await readFile(`/proc/${processId}/comm`, 'utf8').catch(() => '');
  return name.trim() === 'postgres';
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done, fail) => server.once('error', fail).listen(0, host, done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

/** Starts postgres, or finds the server that another run starts at the same time. */
export async function launch(home: ClusterHome, binaries: PostgresBinaries): Promise<Postmaster> {
  const options = { listen_addresses: host, unix_socket_directories: '', port: await freePort(), max_connections: 200 };
  const flags = Object.entries(options).map(([name, value]) => `-c ${name}=${value}`);
  const timeout = `--timeout=${startTimeoutMs / 1000}`;
  const args = ['start', '--wait', timeout, '-D', clusterFolder(home.folder), '-o', flags.join(' ')];
  const logFile = join(home.folder, 'postgres.log');
  const log = await open(logFile, 'w', 0o600);
  const starting = spawn(binaries.pgCtl, args, {
    ...spawnOptions(home),
    // Ctrl-C must not interrupt it.
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  const failure: unknown = await once(starting, 'exit').catch((error: unknown) => error);
  await log.close();
  const server = await runningServer(home.folder);
  if (!server)
    throw new EmbeddedPostgresError(`The database in ${home.folder} did not start; see ${logFile}.`, failure);
  return server;
}

/** SIGINT is PostgreSQL's fast shutdown. */
export async function stopProcess(processId: number): Promise<void> {
  if (!isAlive(processId)) return;
  process.kill(processId, 'SIGINT');
  for (const end = Date.now() + 10_000; isAlive(processId) && Date.now() < end;) await delay(20);
}
