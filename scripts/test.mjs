/**
 * `node scripts/test.mjs change` (`npm test`): the checks, then the tests for every change, with their coverage.
 * `node scripts/test.mjs system` (`npm run test:system`): whole programs, faults and deployment.
 * `node scripts/test.mjs partners` (`npm run test:partners`): the client package, pages, workflows and releases.
 *
 * Further arguments go to mocha, and skip checks and coverage: files or patterns, as in
 * `npm test -- test/api/logIn.test.ts`, or options for all tests of the suite, as in `npm test -- --grep sessions`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../', import.meta.url));
const mocha = `${project}node_modules/mocha/bin/mocha.js`;
const coverage = `${project}coverage/tmp`;

/** Tests of the API that the coverage table does not need. */
const elsewhere =
  'invalidation|keepAlive|longInput|redisFaults|requestedMails|staleProofs|twoInstances|unprovedAccounts';

/** The groups of a suite run side by side, each in a process with a database server of its own. */
const suites = {
  change: [
    // The coverage table shows what these tests have exercised, so it comes last and in their process.
    ['test/{integrations,contract}/**/*.test.ts', `test/api/!(${elsewhere}).test.ts`, 'test/coverage.test.ts'],
    [
      // Not as one pattern: without another wildcard, Mocha takes braces for characters.
      'test/errors.test.ts',
      'test/db/databaseErrors.test.ts',
      `test/api/@(${elsewhere}).test.ts`,
      'test/{config,domain,security,observability,jobs,redis,services,repositories}/**/*.test.ts',
    ],
  ],
  system: [
    ['test/process/!(addOperation|admin|dev|npmStart|users|workers).test.ts', 'test/deploy/**/*.test.ts'],
    ['test/process/@(admin|dev|npmStart|users).test.ts'],
    ['test/db/!(databaseErrors).test.ts', 'test/faults/**/*.test.ts', 'test/process/workers.test.ts'],
  ],
  partners: [
    ['test/partners/client*.test.ts', 'test/browser/**/*.test.ts'],
    // A new operation is one for partners.
    ['test/partners/!(client*).test.ts', 'test/process/addOperation.test.ts'],
  ],
};

/** From the line that counts them on, which mocha colours. */
const failures = /^\S* {2}\d+ failing[^]*/m;

const [suite, ...options] = process.argv.slice(2);
const isWhole = options.length === 0;
const namesFiles = !isWhole && !options[0].startsWith('-');
const groups = namesFiles ? [[]] : suites[suite];

/** Runs a program in this terminal, and exits when it fails. */
async function step(command, ...args) {
  const [code] = await once(spawn(command, args, { cwd: project, stdio: 'inherit' }), 'exit');
  if (code !== 0) process.exit(code ?? 1);
}

/** Two at once on one screen cannot be read: the second is shown when it has ended. */
async function run(files, isShownAtOnce) {
  const env = { ...process.env };
  if (process.stdout.isTTY) env.FORCE_COLOR ??= '1';
  if (isWhole && suite === 'change') env.NODE_V8_COVERAGE = coverage;
  const args = [mocha, ...files, ...options];
  const child = spawn(process.execPath, args, { cwd: project, env, stdio: ['ignore', 'pipe', 'pipe'] });
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

if (isWhole && suite === 'change') await step('npm', 'run', '--silent', 'check');
await step('npm', 'run', '--silent', 'build');
rmSync(coverage, { recursive: true, force: true });

const results = await Promise.all(groups.map((files, index) => run(files, index === 0)));
for (const { output, isShownAtOnce } of results) if (!isShownAtOnce) process.stdout.write(output);
// At the end too, where they are looked for.
const failed = results.filter(({ code }) => code !== 0);
if (groups.length > 1) {
  for (const { output, code } of failed) {
    process.stdout.write(failures.exec(output)?.[0] ?? `\nThe tests ended with ${code}, and none failed.\n`);
  }
}
if (failed.length > 0) process.exit(1);
if (isWhole && suite === 'change') await step('npm', 'run', '--silent', 'coverage');
