import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartError } from '../startError.js';

/**
 * A random secret for development: 48 bytes in base64url, generated once and kept in a file that only its owner can read.
 * Safe to call from several processes at once.
 * @throws StartError if the folder cannot be written
 */
export async function keptSecret(folder: string, name: string): Promise<string> {
  const file = join(folder, name);
  const mine = `${file}.${randomUUID()}`;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(mine, randomBytes(48).toString('base64url'), { mode: 0o600 });
  } catch (error) {
    throw new StartError(`DATA_FOLDER: ${folder} cannot be written (${(error as Error).message}).`, error);
  }
  await link(mine, file).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
  await rm(mine);
  return readFile(file, 'utf8');
}
