import { spawn, type ChildProcess } from 'node:child_process';
import { open, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { clusterFolder, spawnOptions, type ClusterHome } from './clusterHome.js';
import { EmbeddedPostgresError } from './embeddedPostgresError.js';
import type { PostgresBinaries } from './postgresBinaries.js';

/** The only address that the server listens on. */
export const host = '127.0.0.1';
const startTimeoutMs = 60_000;
/** How long a server may take to write postmaster.pid after it has made it. */
const writeTimeoutMs = 3000;

function pidFile(folder: string): string {
  return join(clusterFolder(folder), 'postmaster.pid');
}

interface PidFile {
  /** Not a number while the server has made the file and not written it yet. */
  processId: number;
  port: number;
  state: string;
}

function isWritten(file: PidFile): boolean {
  return file.processId > 0;
}

function isReady(file: PidFile): boolean {
  return file.state.startsWith('ready') && isAlive(file.processId);
}

/** postmaster.pid, which a running server keeps: its process id in line 1, its port in line 4, its state in line 8. */
async function readPidFile(folder: string): Promise<PidFile | undefined> {
  const text = await readFile(pidFile(folder), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const lines = text.split('\n');
  return { processId: Number.parseInt(lines[0] ?? ''), port: Number(lines[3]), state: lines[7]?.trim() ?? '' };
}

/**
 * The server that already runs on this cluster: left behind by a killed run, or started by another one of ours. One that
 * is just starting or stopping is waited for.
 */
export async function runningProcess(folder: string): Promise<number | undefined> {
  for (const end = Date.now() + startTimeoutMs; Date.now() < end; await delay(50)) {
    const file = await writtenPidFile(folder);
    // postgres itself replaces the file of a process that is gone, and knows best when it may.
    if (!file || !isAlive(file.processId)) return undefined;
    if (!(await isPostgres(file.processId))) {
      await rm(pidFile(folder), { force: true });
      return undefined;
    }
    if (await answers(file.port)) return file.processId;
  }
  throw new EmbeddedPostgresError(`The database that runs in ${folder} does not answer. Stop its postgres process.`);
}

/** Waits for a server that is about to write the file; one that stays empty is what a crash of the machine left. */
async function writtenPidFile(folder: string): Promise<PidFile | undefined> {
  for (const end = Date.now() + writeTimeoutMs; Date.now() < end; await delay(20)) {
    const file = await readPidFile(folder);
    if (!file || isWritten(file)) return file;
  }
  await rm(pidFile(folder), { force: true });
  return undefined;
}

/** False where the process is gone, or its number now belongs to another program, as after a container's restart. */
async function isPostgres(processId: number): Promise<boolean> {
  if (!isAlive(processId)) return false;
  if (process.platform !== 'linux') return true;
  const name = await readFile(`/proc/${processId}/comm`, 'utf8').catch(() => '');
  return name.trim() === 'postgres';
}

async function isStarting(file: PidFile): Promise<boolean> {
  return !isWritten(file) || isPostgres(file.processId);
}

function isAlive(processId: number): boolean {
  if (!(processId > 0)) return false;
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Any refusal of the probe is an answer. */
async function answers(port: number): Promise<boolean> {
  const client = new pg.Client({ host, port, user: 'probe', password: 'none', connectionTimeoutMillis: 2000 });
  try {
    await client.connect();
    return true;
  } catch (error) {
    return (error as { code?: string }).code === '28P01';
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done, fail) => server.once('error', fail).listen(0, host, done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

/** Starts postgres and returns its process id when it is ready. */
export async function launch(home: ClusterHome, binaries: PostgresBinaries): Promise<number> {
  const cluster = clusterFolder(home.folder);
  const port = await freePort();
  const options = { listen_addresses: host, unix_socket_directories: '', port, max_connections: 200 };
  const flags = Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const log = await open(logFile(home.folder), 'w', 0o600);
  const server = spawn(binaries.postgres, ['-D', cluster, ...flags], {
    ...spawnOptions(home),
    // A group of its own: Ctrl-C in the terminal is for us, and we stop the database last.
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  server.unref();
  await log.close();
  return untilReady(server, home.folder);
}

function logFile(folder: string): string {
  return join(folder, 'postgres.log');
}

/** Resolves with the process id of the server that answers: ours, or that of another run that started it meanwhile. */
async function untilReady(server: ChildProcess, folder: string): Promise<number> {
  let failure: string | undefined;
  server.once('error', (error) => (failure = error.message));
  server.once('exit', (code) => (failure = `it ended with ${code}`));
  for (const end = Date.now() + startTimeoutMs; Date.now() < end; await delay(20)) {
    const file = await readPidFile(folder);
    if (file && isReady(file)) return file.processId;
    if (failure !== undefined && !(file && (await isStarting(file)))) break;
  }
  throw new EmbeddedPostgresError(
    `The database in ${folder} did not start: ${failure ?? 'it is not ready'}; see ${logFile(folder)}.`,
  );
}

export async function portOf(folder: string): Promise<number> {
  const file = await readPidFile(folder);
  if (!file) throw new EmbeddedPostgresError(`The database in ${folder} stopped right after its start.`);
  return file.port;
}

/** SIGINT is PostgreSQL's fast shutdown: it rolls back what runs and ends in good order. */
export async function stopProcess(processId: number): Promise<void> {
  if (!isAlive(processId)) return;
  process.kill(processId, 'SIGINT');
  for (const end = Date.now() + 10_000; isAlive(processId) && Date.now() < end;) await delay(20);
}
