import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { freePort } from './freePort.js';
import { isRunning } from './isRunning.js';
import { postgresProcesses } from './postgresProcesses.js';
import { programPath } from './realPart.js';
import { runProgram } from './runProgram.js';
import { ordinaryUser } from './users.js';

const configuration = fileURLToPath(new URL('../../deploy/high-availability/patroni.yaml', import.meta.url));
const host = '127.0.0.1';

/** Of all roles. */
export const password = 'secret';

/** Starts a program that ends with this process, and that root runs as an ordinary user. */
export async function startPart(
  program: string,
  words: string[],
  env: Record<string, string> = {},
): Promise<ChildProcess> {
  return spawn('setpriv', ['--pdeathsig', 'KILL', program, ...words], {
    env: { PATH: programPath, LC_ALL: 'C.UTF-8', ...env },
    stdio: 'ignore',
    ...(await ordinaryUser()).user,
  });
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** Kills a program, and resolves when it is gone. */
export async function killPart(part: ChildProcess): Promise<void> {
  if (hasEnded(part)) return;
  const exited = once(part, 'exit');
  part.kill('SIGKILL');
  await exited;
}

/** Makes a folder that belongs to the user of `startPart`. */
export async function ownFolder(folder: string): Promise<string> {
  await mkdir(folder);
  const { user } = await ordinaryUser();
  if (user) await chown(folder, user.uid, user.gid);
  return folder;
}

/** The configuration of deploy/high-availability, without what needs a system folder or could reboot this machine. */
async function testConfiguration(): Promise<string> {
  const text = await readFile(configuration, 'utf8');
  const { postgresql, ...rest } = parse(text) as { postgresql: { parameters: object } };
  const parameters = { ...postgresql.parameters, unix_socket_directories: '' };
  return stringify({ ...rest, postgresql: { ...postgresql, parameters }, watchdog: { mode: 'off' } });
}

/** A PostgreSQL server with its Patroni. */
export class PatroniNode {
  private patroni: ChildProcess | undefined;
  private isFrozen = false;

  private constructor(
    readonly name: string,
    private readonly folder: string,
    private readonly etcd: string,
    /** Host and port of PostgreSQL. */
    readonly address: string,
    /** The port of Patroni's REST API. */
    readonly patroniPort: number,
  ) {}

  static async prepare(name: string, parent: string, etcd: string): Promise<PatroniNode> {
    const folder = await ownFolder(join(parent, name));
    await writeFile(join(folder, 'patroni.yaml'), await testConfiguration());
    return new PatroniNode(name, folder, etcd, `${host}:${await freePort()}`, await freePort());
  }

  /**
   * Starts Patroni, which starts PostgreSQL. Ends both first if they are frozen, as a watchdog would: a leader with Patroni 3.0.2
   * that continues takes the lead from its successor.
   */
  async run(): Promise<void> {
    if (this.isFrozen) await this.kill();
    this.isFrozen = false;
    if (!this.patroni || hasEnded(this.patroni)) this.patroni = await this.startPatroni();
  }

  private async startPatroni(): Promise<ChildProcess> {
    const rest = `${host}:${this.patroniPort}`;
    return startPart('patroni', [join(this.folder, 'patroni.yaml')], {
      PATRONI_NAME: this.name,
      PATRONI_ETCD3_HOSTS: this.etcd,
      PATRONI_RESTAPI_LISTEN: rest,
      PATRONI_RESTAPI_CONNECT_ADDRESS: rest,
      PATRONI_POSTGRESQL_LISTEN: this.address,
      PATRONI_POSTGRESQL_CONNECT_ADDRESS: this.address,
      PATRONI_POSTGRESQL_DATA_DIR: join(this.folder, 'data'),
      PATRONI_POSTGRESQL_PGPASS: join(this.folder, 'pgpass'),
      PATRONI_SUPERUSER_USERNAME: 'postgres',
      PATRONI_SUPERUSER_PASSWORD: password,
      PATRONI_REPLICATION_USERNAME: 'replicator',
      PATRONI_REPLICATION_PASSWORD: password,
      PATRONI_LOG_DIR: this.folder,
    });
  }

  /** Kills Patroni and PostgreSQL. */
  async kill(): Promise<void> {
    // PostgreSQL is second: Patroni would start it again.
    if (this.patroni) await killPart(this.patroni);
    await this.signalPostgres('SIGKILL');
  }

  /** Stops Patroni and PostgreSQL where they are, until `run`: connections stay open, and nothing answers. */
  async freeze(): Promise<void> {
    this.isFrozen = true;
    this.patroni?.kill('SIGSTOP');
    await this.signalPostgres('SIGSTOP');
  }

  /** Sends the standbys nothing more. */
  async freezeReplication(): Promise<void> {
    await this.signalPostgres('SIGSTOP', /walsender/);
  }

  /** Signals the processes of PostgreSQL, or those with such a title. */
  private async signalPostgres(signal: NodeJS.Signals, title = /./): Promise<void> {
    const [parent] = await postgresProcesses(this.folder);
    if (parent === undefined) return;
    const { stdout } = await runProgram('ps', ['-A', '-o', 'pid=,ppid=,args=']);
    for (const line of stdout.split('\n').filter((each) => title.test(each))) {
      const [processId = 0, parentId] = line.trim().split(/\s+/, 2).map(Number);
      if (![processId, parentId].includes(parent)) continue;
      if (isRunning(processId)) process.kill(processId, signal);
    }
  }

  /** Whether Patroni says that this server takes writes. */
  async isPrimary(): Promise<boolean> {
    return (await this.ask('/primary')).status === 200;
  }

  /** Calls Patroni's REST API. The status is 0 if no answer comes in time. */
  async ask(path: string, body?: object): Promise<{ status: number; text: string }> {
    const sent = body && { method: 'POST', body: JSON.stringify(body) };
    const signal = AbortSignal.timeout(body ? 30_000 : 1000);
    try {
      const response = await fetch(`http://${host}:${this.patroniPort}${path}`, { signal, ...sent });
      return { status: response.status, text: await response.text() };
    } catch (error) {
      return { status: 0, text: String(error) };
    }
  }
}
