import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const project = fileURLToPath(new URL('../../', import.meta.url));

/** The package `client/` as partners have it: packed, and installed in a folder that is empty otherwise. */
export interface InstalledClient {
  folder: string;
  /** The installed package. */
  package: string;
  /** The output of its build. */
  built: string;
  /** The ESM of the package. */
  module: typeof import('../../client/src/index.js');
}

let installed: Promise<InstalledClient> | undefined;

/** Once per run. */
export function installedClient(): Promise<InstalledClient> {
  installed ??= install();
  return installed;
}

async function install(): Promise<InstalledClient> {
  const folder = await mkdtemp(join(tmpdir(), 'smart-audit-client-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const client = join(project, 'client');
  const { stdout: built } = await run('npm', ['pack', '--pack-destination', folder], { cwd: client });
  const [tarball] = await readdir(folder);
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', `./${tarball!}`], { cwd: folder });
  const place = join(folder, 'node_modules', '@smart-audit', 'client');
  const entry = pathToFileURL(join(place, 'dist', 'esm', 'index.js')).href;
  const module = (await import(entry)) as InstalledClient['module'];
  return { folder, package: place, built, module };
}

/** The errors of the compiler for files of a folder; empty if there are none. */
export async function compile(folder: string, files: string[], ...options: string[]): Promise<string> {
  const compiler = join(project, 'node_modules', 'typescript', 'bin', 'tsc');
  const types = ['--types', 'node', '--typeRoots', join(project, 'node_modules', '@types')];
  const words = [compiler, '--strict', '--target', 'es2022', '--module', 'nodenext', ...types, ...options, ...files];
  return run(process.execPath, words, { cwd: folder }).then(
    () => '',
    (error: unknown) => (error as { stdout: string }).stdout,
  );
}
