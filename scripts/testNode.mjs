/**
 * Runs the tests on another Node.js version: `npm run test:node -- 24`. Its binaries come from the npm registry and are cached
 * in node_modules/.cache.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { installPackage } from './registryPackage.mjs';

const project = fileURLToPath(new URL('../', import.meta.url));
const [major, ...mochaOptions] = process.argv.slice(2);
if (!/^\d+$/.test(major ?? '')) throw new Error('Usage: npm run test:node -- 24');

const platform = process.platform === 'win32' ? 'win' : process.platform;
const prefix = platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
const { folder } = await installPackage(`${prefix}-${platform}-${process.arch}`, major);
const node = join(folder, 'bin', platform === 'win' ? 'node.exe' : 'node');

// The tests start programs by `process.execPath` or PATH, so all of them run on this Node.js.
const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` };
const { stdout } = await promisify(execFile)('node', ['--version'], { env });
if (!stdout.startsWith(`v${major}.`)) throw new Error(`PATH leads to Node.js ${stdout}`);
console.log(`On Node.js ${stdout.trim()}:`);

const mocha = spawn('npm', ['run', '--silent', 'test:mocha', '--', ...mochaOptions], {
  cwd: project,
  env,
  stdio: 'inherit',
});
[process.exitCode] = await once(mocha, 'exit');
