/** Runs all `check:…` scripts of package.json, one per processor at a time. Fails if one fails. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';

const { scripts } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
// Slow ones first.
const slow = ['check:lint', 'check:format', 'check:types'];
const names = Object.keys(scripts).filter((name) => name.startsWith('check:') && !slow.includes(name));
const waiting = [...slow, ...names];

/** Prints the output at the end, so that parallel checks do not mix. */
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
