/**
 * Builds `dist/` from `src/`, unless it is up to date: then no development package is needed. `npm start` passes
 * `--before-start`, which checks the settings and the ports before a build, because that takes a while.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../', import.meta.url));
const compiler = join(project, 'node_modules', 'typescript', 'bin', 'tsc');
const dist = join(project, 'dist');
/** The sources of a complete build: a line for each file, with its hash and name. */
const stateFile = join(dist, '.sources');
const otherSources = ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'scripts/build.mjs'];
/** What the compiler does not copy. */
const copied = ['api/openapi/docsPage', 'integrations/mailTemplates'];

async function stateOfSources() {
  const entries = await readdir(join(project, 'src'), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const names = [...files.map((file) => file.slice(project.length)), ...otherSources, 'generated/api.d.ts'].sort();
  const lines = names.map(async (name) => {
    const hash = createHash('sha256').update(await readFile(join(project, name)));
    return `${hash.digest('hex')}  ${name}\n`;
  });
  return (await Promise.all(lines)).join('');
}

const namesIn = (state) => Array.from(state.matchAll(/ {2}(.+)\n/g), ([, name]) => name);

/** By the sources, because there may be no build yet. */
async function checkStart() {
  console.error('Checking the settings and the port ...');
  const { register } = await import('tsx/esm/api');
  register();
  const { StartError } = await import('../src/startError.ts');
  const { readConfig } = await import('../src/config/config.ts');
  const { assertPortsFree } = await import('../src/bootstrap/listen.ts');
  try {
    await assertPortsFree(readConfig());
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

async function build(before, after) {
  // A failed build is no state to continue from, nor is one of a source that is gone: its migration would still be applied.
  const names = namesIn(after);
  const isContinued = before !== undefined && namesIn(before).every((name) => names.includes(name));
  await rm(isContinued ? stateFile : dist, { recursive: true, force: true });
  const words = [compiler, '-p', 'tsconfig.build.json'];
  const [code] = await once(spawn(process.execPath, words, { cwd: project, stdio: 'inherit' }), 'exit');
  if (code !== 0) return process.exit(1);
  for (const folder of copied) await cp(join(project, 'src', folder), join(dist, folder), { recursive: true });
  await writeFile(stateFile, after);
}

/** What the build makes of a source; undefined for what it only reads. */
function productOf(name) {
  if (!name.startsWith('src') || name.endsWith('.d.ts')) return undefined;
  return join(dist, name.slice('src'.length).replace(/\.ts$/, '.js'));
}

/** The sources of the last build; undefined without one, or if a part of it has been deleted. */
async function stateOfBuild() {
  const state = await readFile(stateFile, 'utf8').catch(() => '');
  const products = namesIn(state).map(productOf);
  return products.length > 0 && products.every((product) => !product || existsSync(product)) ? state : undefined;
}

const before = await stateOfBuild();
const after = await stateOfSources();
if (before !== after) {
  if (!existsSync(compiler)) {
    console.error('Building needs the development packages. Install them: npm ci');
    process.exit(1);
  }
  // The server checks them too: without its optional package esbuild, tsx does not work.
  if (process.argv.includes('--before-start')) await checkStart().catch(() => undefined);
  // Not to the standard output, which scripts may read.
  console.error(before === undefined ? 'Building ...' : 'Building what has changed ...');
  await build(before, after).catch((error) => {
    console.error(`dist/ cannot be written (${error.message}).`);
    process.exit(1);
  });
}
