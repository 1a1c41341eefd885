/**
 * Runs the tests in two processes at once, each with a database server of its own: those of the code, of the API and of
 * faults, and those of whole programs, PostgreSQL among them, which mostly wait, and of what deploys them. Options go to
 * both, as in `npm run test:mocha -- --grep sessions`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const mocha = fileURLToPath(new URL('../node_modules/mocha/bin/mocha.js', import.meta.url));

/** In the order that fails fastest, and each half of the whole. */
const groups = [
  [
    'test/errors.test.ts',
    'test/{config,domain,security,observability,integrations,jobs,services,repositories}/**/*.test.ts',
    'test/{api,contract,browser}/**/*.test.ts',
    // Looks at what the API's tests have exercised, so it comes after them and with them.
    'test/coverage.test.ts',
    'test/faults/**/*.test.ts',
  ],
  ['test/{db,process,deploy}/**/*.test.ts'],
];

/** From the line that counts them on, which mocha colours. */
const failures = /^\S* {2}\d+ failing[^]*/m;

/** Two at once on one screen cannot be read: the second is shown when it has ended. */
async function run(files, isShownAtOnce) {
  const options = [...files, ...process.argv.slice(2)];
  const env = { ...process.env };
  if (process.stdout.isTTY) env.FORCE_COLOR ??= '1';
  // The coverage of a hundred short-lived servers costs more than they do, and says little.
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
  // A process that a failed test has left running may have the same streams.
  await Promise.race([closed, delay(2000)]);
  child.stdout.destroy();
  child.stderr.destroy();
  return { code: code ?? 1, output: Buffer.concat(output).toString(), isShownAtOnce };
}

const results = await Promise.all(groups.map((files, index) => run(files, index === 0)));
for (const { output, isShownAtOnce } of results) if (!isShownAtOnce) process.stdout.write(output);
// At the end too, where they are looked for.
const failed = results.filter(({ code }) => code !== 0);
for (const { output, code } of failed) {
  process.stdout.write(failures.exec(output)?.[0] ?? `\nThe tests ended with ${code}, and none failed.\n`);
}
process.exitCode = failed.length > 0 ? 1 : 0;
