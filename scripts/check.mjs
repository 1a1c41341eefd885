/** Runs all checks of package.json that are named `check:…`, as many at once as there are processors; fails when one does. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';

const { scripts } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
// The slow ones first, so that none of them is left alone at the end.
const slow = ['check:lint', 'check:format', 'check:types'];
const names = Object.keys(scripts).filter((name) => name.startsWith('check:') && !slow.includes(name));
const waiting = [...slow, ...names];

/** Its output is shown when it has ended: of several at once on one screen none can be read. */
function run(name) {
  return new Promise((resolve) => {
    execFile('npm', ['run', '--silent', name], { maxBuffer: Infinity }, (error, stdout, stderr) => {
      process.stdout.write(`${error ? '✖' : '✔'} ${name}\n${error ? stdout + stderr : ''}`);
      if (error) process.exitCode = 1;
      resolve();
    });
  });
}

async function runNext() {
  for (let name = waiting.shift(); name; name = waiting.shift()) await run(name);
}

await Promise.all(Array.from({ length: availableParallelism() }, runNext));
