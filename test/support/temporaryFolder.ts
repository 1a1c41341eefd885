import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { endPostgres } from './postgresProcesses.js';

const run = promisify(execFile);
const made = new Set<string>();

/** A folder of one's own, until `removeTemporaryFolders`. Other users may enter it: a server may run as one of them. */
export async function temporaryFolder(name = 'folder'): Promise<string> {
  const parent = await mkdtemp(join(await realpath(tmpdir()), 'smart-audit-process-'));
  made.add(parent);
  await chmod(parent, 0o755);
  const folder = join(parent, name);
  await mkdir(folder);
  await chmod(folder, 0o755);
  return folder;
}

/** Removes every folder that was made so far, with all that is in it, and ends the databases that still run there. */
export async function removeTemporaryFolders(): Promise<void> {
  for (const folder of made) {
    await endPostgres(folder);
    // A test may have made something read-only.
    await run('chmod', ['-R', 'u+w', folder]);
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
  made.clear();
}
