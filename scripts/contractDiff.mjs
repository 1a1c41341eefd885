/**
 * `npm run contract:diff`: compares the description with the newest released one, and fails if a change breaks clients, unless
 * the major version is a new one or what changes was deprecated and its `x-sunset` has come (CONTRIBUTING.md).
 *
 * Options: `--description <file>` and `--released <folder>` instead of those of the project.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { changesBetween } from './contract/changes.mjs';
import { describeChanges } from './contract/describe.mjs';
import {
  compareVersions,
  majorOf,
  project,
  readReleased,
  releasedFolder,
  releasedVersions,
} from './contract/releases.mjs';

const { values } = parseArgs({
  options: {
    description: { type: 'string', default: fileURLToPath(new URL('generated/openapi.json', project)) },
    released: { type: 'string', default: releasedFolder },
  },
});

const description = parse(await readFile(values.description, 'utf8'));
const { version } = description.info;
const newest = (await releasedVersions(values.released)).at(-1);
const base = await readReleased(newest, values.released);
const changes = await changesBetween(base, description);
const breaks = changes.filter(({ impact }) => impact === 'major');

const problems = [];
if (compareVersions(version, newest) < 0)
  problems.push(`Version ${version} is older than ${newest}, which was released.`);
if (breaks.length > 0 && majorOf(version) <= majorOf(newest)) {
  problems.push(
    `${breaks.length === 1 ? '1 change since' : `${breaks.length} changes since`} ${newest} ${breaks.length === 1 ? 'breaks' : 'break'} clients:`,
    ...describeChanges(breaks, base, description).flatMap(({ heading, entries }) =>
      entries.map(({ text }) => `- ${heading}: ${text}`),
    ),
    'A change that breaks clients needs a new major version, or a deprecation that has run out: see "Changing the contract" in CONTRIBUTING.md.',
  );
}
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exitCode = 1;
} else
  console.log(
    `${version} compared with the released ${newest}: ${changes.length} changes (${breaks.length} breaking).`,
  );
