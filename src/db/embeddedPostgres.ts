import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chown, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { EmbeddedPostgresError, findBinaries, isReachableByAll, type PostgresBinaries } from './postgresBinaries.js';

const run = promisify(execFile);

const superuser = 'smart_audit';
const database = 'smart_audit';
const host = '127.0.0.1';
const startTimeoutMs = 60_000;

/** Where a cluster lives, and as whom it runs: postgres refuses to run as root. */
interface Home {
  folder: string;
  runAs: { uid: number; gid: number } | undefined;
}

/** Where root keeps data when other users cannot enter the project's own folder. */
const systemFolder = '/var/lib/smart-audit-api';

/**
 * A PostgreSQL of our own that needs no installation. Its data stay in a folder; a server that a killed run left behind
 * is found there and used on, and whoever stops last stops it.
 */
export class EmbeddedPostgres {
  private constructor(
    /** Where the data are. */
    readonly folder: string,
    /** The connection string, with its random password. */
    readonly url: string,
    private readonly processId: number,
    /** A connection that does nothing but tell other runs that this one uses the server. */
    private readonly lease: pg.Client,
  ) {}

  /**
   * Makes the cluster where there is none, starts it where it does not run, and returns it when it answers.
   * @param wantedFolder where the data should be; root may have to keep them elsewhere, see `folder`
   * @throws EmbeddedPostgresError that says what to do
   */
  static async start(wantedFolder: string): Promise<EmbeddedPostgres> {
    const home = await findHome(resolve(wantedFolder));
    const binaries = await findBinaries(home.folder, home.runAs !== undefined);
    const password = await readPassword(home.folder);
    await initialise(home, binaries, password);
    for (let attempt = 1; ; attempt += 1) {
      const processId = (await runningProcess(home.folder)) ?? (await launch(home, binaries));
      try {
        const url = `postgresql://${superuser}:${password}@${host}:${await portOf(home.folder)}/`;
        const lease = await openLease(`${url}postgres`);
        await createDatabase(lease);
        return new EmbeddedPostgres(home.folder, url + database, processId, lease);
      } catch (error) {
        // Another run may have stopped the server just before we told it that we use it.
        if (attempt === 3) throw error;
      }
    }
  }

  /** Stops the server, unless another run of ours still uses it. Resolves when it has stopped. */
  async stop(): Promise<void> {
    await this.lease.end();
    if (await this.isUsedByOthers()) return;
    await stopProcess(this.processId);
  }

  /** Our own connections may take a moment to be gone; those of others stay. */
  private async isUsedByOthers(): Promise<boolean> {
    for (let attempt = 0; attempt < 10; attempt += 1) {
      if ((await countClients(this.url)) === 0) return false;
      await delay(50);
    }
    return true;
  }
}

/** How many other clients are connected; none where the server does not answer. */
async function countClients(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  try {
    await client.connect();
    const { rows } = await client.query<{ clients: number }>(
      `SELECT count(*)::int AS clients FROM pg_stat_activity
       WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`,
    );
    return rows[0]?.clients ?? 0;
  } catch {
    return 0;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function findHome(wanted: string): Promise<Home> {
  if (process.getuid?.() !== 0) {
    await mkdir(wanted, { recursive: true, mode: 0o700 });
    return { folder: wanted, runAs: undefined };
  }
  const runAs = await unprivilegedUser();
  const reachable = await isReachableByAll(resolve(wanted, '..'));
  const key = createHash('sha256').update(wanted).digest('hex').slice(0, 16);
  const folder = reachable ? wanted : join(systemFolder, key);
  await mkdir(folder, { recursive: true, mode: 0o711 });
  return { folder, runAs };
}

async function unprivilegedUser(): Promise<{ uid: number; gid: number }> {
  for (const name of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
      return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
    } catch {
      // There is no such user here; the next may be there.
    }
  }
  throw new EmbeddedPostgresError('postgres does not run as root, and there is no user postgres or nobody. Add one.');
}

/** The password of this folder's cluster: made once, kept in a file that only its owner can read. */
async function readPassword(folder: string): Promise<string> {
  const file = join(folder, 'database-password');
  await writeFile(file, randomBytes(24).toString('base64url'), { flag: 'wx', mode: 0o600 }).catch(ignoreExisting);
  return readFile(file, 'utf8');
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

function clusterFolder(folder: string): string {
  return join(folder, 'postgres');
}

/** Makes the cluster beside its place and moves it there when it is whole, so that a killed run leaves no half of one. */
async function initialise(home: Home, binaries: PostgresBinaries, password: string): Promise<void> {
  if (await isFile(join(clusterFolder(home.folder), 'PG_VERSION'))) return;
  const unfinished = join(home.folder, `postgres.${process.pid}`);
  const passwordFile = `${unfinished}.password`;
  await mkdir(unfinished, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (home.runAs) {
    await chown(unfinished, home.runAs.uid, home.runAs.gid);
    await chown(passwordFile, home.runAs.uid, home.runAs.gid);
  }
  const flags = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-instructions'];
  try {
    await run(
      binaries.initdb,
      [`--pgdata=${unfinished}`, `--username=${superuser}`, `--pwfile=${passwordFile}`, ...flags],
      { ...home.runAs, cwd: home.folder, env: cleanEnvironment() },
    );
    await rename(unfinished, clusterFolder(home.folder)).catch(unlessMadeMeanwhile);
  } catch (error) {
    throw new EmbeddedPostgresError(`A database could not be made in ${home.folder}: ${reason(error)}.`, error);
  } finally {
    await rm(passwordFile, { force: true });
    await rm(unfinished, { recursive: true, force: true });
  }
}

function unlessMadeMeanwhile(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
}

function reason(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string };
  return (stderr?.trim() || message).split('\n').at(-1) ?? message;
}

/** PG* variables of the person who starts us would change what postgres does. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], TZ: 'UTC', LC_ALL: 'C' };
}

async function isFile(path: string): Promise<boolean> {
  return readFile(path).then(
    () => true,
    () => false,
  );
}

/** postmaster.pid, which a running server keeps: its process id in line 1, its port in line 4, its state in line 8. */
async function readPidFile(folder: string): Promise<{ processId: number; port: number; state: string } | undefined> {
  const text = await readFile(join(clusterFolder(folder), 'postmaster.pid'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const lines = text.split('\n');
  return { processId: Number(lines[0]), port: Number(lines[3]), state: lines[7]?.trim() ?? '' };
}

/**
 * The server that already runs on this cluster: left behind by a killed run, or started by another one of ours. One that
 * is just starting or stopping is waited for.
 */
async function runningProcess(folder: string): Promise<number | undefined> {
  for (const end = Date.now() + startTimeoutMs; Date.now() < end; await delay(50)) {
    const file = await readPidFile(folder);
    if (!file) return undefined;
    if (!(await isPostgres(file.processId))) {
      await rm(join(clusterFolder(folder), 'postmaster.pid'), { force: true });
      return undefined;
    }
    if (await answers(file.port)) return file.processId;
  }
  throw new EmbeddedPostgresError(`The database that runs in ${folder} does not answer. Stop its postgres process.`);
}

/** False where the process is gone, or its number now belongs to another program, as after a container's restart. */
async function isPostgres(processId: number): Promise<boolean> {
  if (!isAlive(processId)) return false;
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

async function answers(port: number): Promise<boolean> {
  const client = new pg.Client({ host, port, user: superuser, password: 'wrong', connectionTimeoutMillis: 2000 });
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
async function launch(home: Home, binaries: PostgresBinaries): Promise<number> {
  const cluster = clusterFolder(home.folder);
  const port = await freePort();
  const options = { listen_addresses: host, unix_socket_directories: '', port, max_connections: 200 };
  const flags = Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const log = await open(logFile(home.folder), 'w', 0o600);
  const server = spawn(binaries.postgres, ['-D', cluster, ...flags], {
    ...home.runAs,
    cwd: home.folder,
    env: cleanEnvironment(),
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
    if (file?.state.startsWith('ready') && isAlive(file.processId)) return file.processId;
    if (failure && !(file && (await isPostgres(file.processId)))) break;
  }
  throw new EmbeddedPostgresError(
    `The database in ${folder} did not start: ${failure ?? 'it is not ready'}; see ${logFile(folder)}.`,
  );
}

async function portOf(folder: string): Promise<number> {
  const file = await readPidFile(folder);
  if (!file) throw new EmbeddedPostgresError(`The database in ${folder} stopped right after its start.`);
  return file.port;
}

async function openLease(url: string): Promise<pg.Client> {
  const lease = new pg.Client({
    connectionString: url,
    application_name: 'smart-audit-api lease',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  // A server that goes away is noticed where it is needed: by the queries of requests.
  lease.on('error', () => undefined);
  await lease.connect();
  return lease;
}

async function createDatabase(client: pg.Client): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
  if (rowCount === 0) await client.query(`CREATE DATABASE ${database}`).catch(ignoreDuplicate);
}

function ignoreDuplicate(error: { code?: string }): void {
  if (error.code !== '42P04' && error.code !== '23505') throw error as Error;
}

/** SIGINT is PostgreSQL's fast shutdown: it rolls back what runs and ends in good order. */
async function stopProcess(processId: number): Promise<void> {
  if (!isAlive(processId)) return;
  process.kill(processId, 'SIGINT');
  for (const end = Date.now() + 10_000; isAlive(processId) && Date.now() < end; ) await delay(20);
}
