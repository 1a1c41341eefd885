import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isRunning } from './isRunning.js';
import { endPostgres } from './postgresProcesses.js';

const run = promisify(execFile);
const made = new Set<string>();

/** Creates a folder that exists until `removeTemporaryFolders`. Servers that run as other users may enter it. */
export async function temporaryFolder(name = 'folder'): Promise<string> {
  const place = await realpath(tmpdir());
  if (made.size === 0) await removeLeftovers(place);
  const parent = await mkdtemp(join(place, `smart-audit-process-${process.pid}-`));
  made.add(parent);
  await chmod(parent, 0o755);
  const folder = join(parent, name);
  await mkdir(folder);
  await chmod(folder, 0o755);
  return folder;
}

/** Removes all these folders, and ends the databases that still run in them. */
export async function removeTemporaryFolders(): Promise<void> {
  await Promise.all(Array.from(made, remove));
  made.clear();
}

async function remove(folder: string): Promise<void> {
  await endPostgres(folder);
  // Tests make some folders read-only.
  await run('chmod', ['-R', 'u+w', folder]);
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** Removes the folders of test runs that were killed. */
async function removeLeftovers(place: string): Promise<void> {
  for (const name of await readdir(place)) {
    const [, processId] = /^smart-audit-process-(\d+)-/.exec(name) ?? [];
    // Folders of another user cannot be removed.
    if (processId && !isRunning(Number(processId))) await remove(join(place, name)).catch(() => undefined);
  }
}
