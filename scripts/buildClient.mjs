/**
 * Builds the package in `client/`: `dist/esm` with the compiler, `dist/cjs` from that. Then bundles it for browsers, minified, to
 * print its size; fails if that is above the limit.
 */
import { execFileSync } from 'node:child_process';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import ts from 'typescript';
import { build } from 'vite';

const project = fileURLToPath(new URL('../', import.meta.url));
const client = join(project, 'client');
const esm = join(client, 'dist', 'esm');
const cjs = join(client, 'dist', 'cjs');
/** Bytes, minified and gzipped, with openapi-fetch. */
const sizeMax = 8 * 1024;

await rm(join(client, 'dist'), { recursive: true, force: true });
const compiler = join(project, 'node_modules', 'typescript', 'bin', 'tsc');
execFileSync(process.execPath, [compiler, '-p', client], { stdio: 'inherit' });

const toCommonJs = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true };
await cp(esm, cjs, { recursive: true });
await writeFile(join(cjs, 'package.json'), '{ "type": "commonjs" }\n');
for (const name of await readdir(cjs, { recursive: true })) {
  if (!name.endsWith('.js')) continue;
  const file = join(cjs, name);
  const { outputText } = ts.transpileModule(await readFile(file, 'utf8'), { compilerOptions: toCommonJs });
  await writeFile(file, outputText);
}

const bundles = await build({
  configFile: false,
  root: client,
  logLevel: 'error',
  build: {
    write: false,
    minify: 'esbuild',
    lib: { entry: join(esm, 'index.js'), formats: ['iife'], name: 'smartAudit' },
  },
});
const [{ output }] = bundles;
const size = gzipSync(output[0].code).length;
console.log(`@smart-audit/client for browsers: ${size} bytes minified and gzipped, of ${sizeMax}.`);
if (size > sizeMax) {
  console.error('It is too large.');
  process.exitCode = 1;
}
