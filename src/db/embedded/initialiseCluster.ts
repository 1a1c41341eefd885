import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { clusterFolder, spawnOptions, type ClusterHome } from './clusterHome.js';
import { EmbeddedPostgresError } from './embeddedPostgresError.js';
import type { PostgresBinaries } from './postgresBinaries.js';

const run = promisify(execFile);

/** Creates the cluster under a temporary name and renames it when complete: a killed run leaves no partial cluster. */
export async function initialiseCluster(
  home: ClusterHome,
  binaries: PostgresBinaries,
  superuser: string,
  password: string,
): Promise<void> {
  if (existsSync(join(clusterFolder(home.folder), 'PG_VERSION'))) return;
  const unfinished = await mkdtemp(join(home.folder, 'postgres.'));
  const passwordFile = `${unfinished}.password`;
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
      spawnOptions(home),
    );
    await rename(unfinished, clusterFolder(home.folder)).catch(ignoreExistingCluster);
  } catch (error) {
    throw new EmbeddedPostgresError(`A database could not be created in ${home.folder}: ${reason(error)}.`, error);
  } finally {
    await rm(passwordFile, { force: true });
    await rm(unfinished, { recursive: true, force: true });
  }
}

function ignoreExistingCluster(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
}

function reason(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string };
  return (stderr?.trim() ? stderr.trim() : message).split('\n').at(-1) ?? message;
}
