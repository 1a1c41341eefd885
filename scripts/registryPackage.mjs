import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const cache = fileURLToPath(new URL('../node_modules/.cache/', import.meta.url));

/**
 * Installs the newest release of a package's major version in node_modules/.cache, without install scripts.
 * @param {string} name
 * @param {string} major
 * @returns its version and folder
 */
export async function installPackage(name, major) {
  const { stdout } = await run('npm', ['view', name, 'versions', '--json']);
  const version = /** @type {string[]} */ (JSON.parse(stdout)).findLast((candidate) =>
    candidate.startsWith(`${major}.`),
  );
  if (!version) throw new Error(`The registry has no ${name} of version ${major}.`);
  const folder = `${cache}${name.replace(/^@/, '').replace('/', '-')}-${version}`;
  await mkdir(folder, { recursive: true });
  await run('npm', ['install', '--prefix', folder, '--no-save', '--ignore-scripts', `${name}@${version}`]);
  return { version, folder: `${folder}/node_modules/${name}` };
}
