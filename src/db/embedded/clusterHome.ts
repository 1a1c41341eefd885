import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedPostgresError } from './embeddedPostgresError.js';
import { isReachableByAll } from './postgresBinaries.js';

const run = promisify(execFile);

/** The folder of a cluster, and the user to run it: postgres refuses to run as root. */
export interface ClusterHome {
  folder: string;
  runAs: { uid: number; gid: number } | undefined;
}

/** For root, when other users cannot enter the wanted folder. */
const systemFolder = '/var/lib/smart-audit-api';

/** Chooses the wanted folder, or for root a folder that an unprivileged postgres can enter. */
export async function findHome(wanted: string): Promise<ClusterHome> {
  if (process.getuid?.() !== 0) {
    await makeFolder(wanted);
    return { folder: wanted, runAs: undefined };
  }
  const runAs = await unprivilegedUser();
  const reachable = await isReachableByAll(resolve(wanted, '..'));
  const key = createHash('sha256').update(wanted).digest('hex').slice(0, 16);
  const folder = reachable ? wanted : join(systemFolder, key);
  // postgres must enter these folders. Secrets in them are readable by their owner only.
  for (const each of reachable ? [folder] : [systemFolder, folder]) {
    await makeFolder(each);
    await chmod(each, 0o711);
  }
  return { folder, runAs };
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw new EmbeddedPostgresError(`DATA_FOLDER: cannot be created (${(error as Error).message}).`, error);
  });
}

async function unprivilegedUser(): Promise<{ uid: number; gid: number }> {
  for (const name of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
      return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
    } catch {
      // Try the next user.
    }
  }
  throw new EmbeddedPostgresError('postgres refuses to run as root, and there is no user postgres or nobody. Add one.');
}

/** The data directory for postgres. */
export function clusterFolder(folder: string): string {
  return join(folder, 'postgres');
}

/** Options to spawn PostgreSQL's programs, without PG* variables of the environment. */
export function spawnOptions(home: ClusterHome): { cwd: string; env: NodeJS.ProcessEnv; uid?: number; gid?: number } {
  return { ...home.runAs, cwd: home.folder, env: { PATH: process.env['PATH'], TZ: 'UTC', LC_ALL: 'C' } };
}
