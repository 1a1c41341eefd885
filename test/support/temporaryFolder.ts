import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { endPostgres } from './postgresProcesses.js';

const run = promisify(execFile);
const made = new Set<string>();

/** A folder of one's own, until `removeTemporaryFolders`. Other users may enter it: a server may run as one of them. */
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

/** Removes every folder that was made so far, with all that is in it, and ends the databases that still run there. */
export async function removeTemporaryFolders(): Promise<void> {
  await Promise.all(Array.from(made, remove));
  made.clear();
}

async function remove(folder: string): Promise<void> {
  await endPostgres(folder);
  // A test may have made something read-only.
  await run('chmod', ['-R', 'u+w', folder]);
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** Removes what runs of the tests that were killed have left here. */
async function removeLeftovers(place: string): Promise<void> {
  for (const name of await readdir(place)) {
    const [, processId] = /^smart-audit-process-(\d+)-/.exec(name) ?? [];
    // Those of another user's runs are that user's to remove.
    if (processId && !isRunning(Number(processId))) await remove(join(place, name)).catch(() => undefined);
  }
}

function isRunning(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
