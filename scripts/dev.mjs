/**
 * `npm run dev`: runs the server from its sources, and restarts it when they or `.env` change. When the description changes, it
 * generates first. Ctrl-C ends it; a second Ctrl-C kills the server.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { sep } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { watch } from 'chokidar';

const project = fileURLToPath(new URL('../', import.meta.url));
/** Editors write a file in several steps, and git writes many files. */
const settleMs = 150;

/** What has changed since it was last looked at: src, openapi, .env. */
const changed = new Set();
let wake = () => undefined;
let generator;
let server;
let isStopping = false;

async function nextChange() {
  if (changed.size === 0) await new Promise((resolve) => (wake = resolve));
  await delay(settleMs);
  const names = [...changed];
  changed.clear();
  return names;
}

/** The server ends when this process is gone, as with `npm start`. */
const env = { ...process.env, npm_lifecycle_event: 'start' };

function run(...words) {
  return spawn(process.execPath, words, { cwd: project, env, stdio: ['ignore', 'inherit', 'inherit'] });
}

async function generate() {
  console.log('Generating from openapi/ ...');
  generator = run('scripts/generate.mjs');
  const [code] = await once(generator, 'exit');
  return code === 0;
}

function startServer() {
  if (isStopping) return;
  console.log('Starting ...');
  server = run('--import', 'tsx/esm', 'src/server.ts');
  server.once('exit', (code) => code && console.log('The server has ended. It starts again at the next change.'));
}

async function stopServer() {
  if (!server || server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'exit');
  server.kill('SIGTERM');
  await ended;
}

async function stop() {
  if (isStopping) server?.kill('SIGKILL');
  isStopping = true;
  generator?.kill('SIGTERM');
  await stopServer();
  process.exit();
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
// npm ends its shell on SIGTERM without passing the signal on.
const parent = process.ppid;
setInterval(() => process.ppid !== parent && stop(), 250).unref();

watch(['src', 'openapi', '.env'], { cwd: project, ignoreInitial: true }).on('all', (_event, path) => {
  changed.add(path.split(sep)[0]);
  wake();
});

await generate();
startServer();
while (!isStopping) {
  const names = await nextChange();
  // Without a new description the server continues with the last one.
  const isGenerated = !names.includes('openapi') || (await generate());
  if (!isGenerated && names.length === 1) continue;
  await stopServer();
  startServer();
}
