import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The secret key of a development machine: made once, kept beside the data, readable by its owner only. */
export async function keptSecretKey(folder: string): Promise<string> {
  const file = join(folder, 'secret-key');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(file, randomBytes(48).toString('base64url'), { flag: 'wx', mode: 0o600 }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    },
  );
  return readFile(file, 'utf8');
}
