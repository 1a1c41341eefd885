/**
 * Runs the tests in two concurrent processes, each with its own database server. Options go to both, as in
 * `npm run test:mocha -- --grep sessions`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const mocha = fileURLToPath(new URL('../node_modules/mocha/bin/mocha.js', import.meta.url));

/** Each about half of the whole, fast failures first. */
const groups = [
  [
    'test/errors.test.ts',
    'test/{config,domain,security,observability,integrations,jobs,services,repositories}/**/*.test.ts',
    'test/{api,contract,browser}/**/*.test.ts',
    // Checks what the API's tests have covered, so it runs after them in the same process.
    'test/coverage.test.ts',
    'test/faults/**/*.test.ts',
  ],
  ['test/{db,process,deploy}/**/*.test.ts'],
];

/** From the (coloured) line that counts the failures. */
const failures = /^\S* {2}\d+ failing[^]*/m;

/** The output of the second process is shown when it has ended. */
async function run(files, isShownAtOnce) {
  const options = [...files, ...process.argv.slice(2)];
  const env = { ...process.env };
  if (process.stdout.isTTY) env.FORCE_COLOR ??= '1';
  // Coverage of a hundred short-lived servers is slow and tells little.
  if (!isShownAtOnce) delete env.NODE_V8_COVERAGE;
  const child = spawn(process.execPath, [mocha, ...options], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part) => {
      output.push(part);
      if (isShownAtOnce) process.stdout.write(part);
    });
  }
  const closed = once(child, 'close');
  const [code] = await once(child, 'exit');
  // A process left running by a failed test may keep the streams open.
  await Promise.race([closed, delay(2000)]);
  child.stdout.destroy();
  child.stderr.destroy();
  return { code: code ?? 1, output: Buffer.concat(output).toString(), isShownAtOnce };
}

const results = await Promise.all(groups.map((files, index) => run(files, index === 0)));
for (const { output, isShownAtOnce } of results) if (!isShownAtOnce) process.stdout.write(output);
// Repeat failures at the end.
const failed = results.filter(({ code }) => code !== 0);
for (const { output, code } of failed) {
  process.stdout.write(failures.exec(output)?.[0] ?? `\nThe tests ended with ${code}, and none failed.\n`);
}
process.exitCode = failed.length > 0 ? 1 : 0;
