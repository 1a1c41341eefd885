/**
 * Runs the tests in two processes at once, each with a database server of its own: those of the code, of the API and of
 * faults, and those of whole programs, PostgreSQL among them, which mostly wait, and of what deploys them. Options go to
 * both, as in `npm run test:mocha -- --grep sessions`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const mocha = fileURLToPath(new URL('../node_modules/mocha/bin/mocha.js', import.meta.url));

/** In the order that fails fastest, and each half of the whole. */
const groups = [
  [
    'test/{core,domain,integrations,jobs,services,repositories}/**/*.test.ts',
    'test/{api,contract,browser}/**/*.test.ts',
    // Looks at what the API's tests have exercised, so it comes after them and with them.
    'test/coverage.test.ts',
    'test/faults/**/*.test.ts',
  ],
  ['test/{db,process,deploy}/**/*.test.ts'],
];

/** Two at once on one screen cannot be read: the second is shown when it has ended. */
async function run(files, isShownAtOnce) {
  const options = [...files, ...process.argv.slice(2)];
  const child = spawn(process.execPath, [mocha, ...options], {
    // The coverage of a hundred short-lived servers costs more than they do, and says little.
    env: isShownAtOnce ? process.env : { ...process.env, NODE_V8_COVERAGE: undefined },
    stdio: isShownAtOnce ? 'inherit' : ['ignore', 'pipe', 'pipe'],
  });
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part) => output.push(part));
  const [code] = await once(child, 'close');
  return { code: code ?? 1, output: Buffer.concat(output) };
}

const results = await Promise.all(groups.map((files, index) => run(files, index === 0)));
for (const { output } of results) process.stdout.write(output);
process.exitCode = results.some(({ code }) => code !== 0) ? 1 : 0;
