import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedPostgresError } from './embeddedPostgresError.js';
import { isReachableByAll } from './postgresBinaries.js';

const run = promisify(execFile);

/** Where a cluster lives, and as whom it runs: postgres refuses to run as root. */
export interface ClusterHome {
  folder: string;
  runAs: { uid: number; gid: number } | undefined;
}

/** Where root keeps data when other users cannot enter the project's own folder. */
const systemFolder = '/var/lib/smart-audit-api';

/**
 * Where the cluster goes: the wanted folder, or one that other users can enter when root started us in a folder that
 * they cannot.
 */
export async function findHome(wanted: string): Promise<ClusterHome> {
  if (process.getuid?.() !== 0) {
    await makeFolder(wanted);
    return { folder: wanted, runAs: undefined };
  }
  const runAs = await unprivilegedUser();
  const reachable = await isReachableByAll(resolve(wanted, '..'));
  const key = createHash('sha256').update(wanted).digest('hex').slice(0, 16);
  const folder = reachable ? wanted : join(systemFolder, key);
  // postgres has to pass through; what is secret in here is readable by its owner only.
  for (const each of reachable ? [folder] : [systemFolder, folder]) {
    await makeFolder(each);
    await chmod(each, 0o711);
  }
  return { folder, runAs };
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw new EmbeddedPostgresError(`DATA_FOLDER: cannot be made (${(error as Error).message}).`, error);
  });
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

/** The folder of the cluster itself, as postgres knows it. */
export function clusterFolder(folder: string): string {
  return join(folder, 'postgres');
}

/** The start of a program in the cluster's name: PG* variables of the person who starts us would change what it does. */
export function spawnOptions(home: ClusterHome): { cwd: string; env: NodeJS.ProcessEnv; uid?: number; gid?: number } {
  return { ...home.runAs, cwd: home.folder, env: { PATH: process.env['PATH'], TZ: 'UTC', LC_ALL: 'C' } };
}
