/**
 * `npm run release:check -- v2.0.0`: whether a tag may be released. It must be the version of everything, with a dated section
 * in CHANGELOG.md and nothing unreleased, and `openapi/released/<version>.yaml` must be the description.
 */
import { readFile } from 'node:fs/promises';
import { changelogSection, dateOfVersion } from './contract/changelog.mjs';
import { project } from './contract/releases.mjs';

const [tag] = process.argv.slice(2);
const read = (file) => readFile(new URL(file, project), 'utf8').catch(() => undefined);
const versionOf = async (file) => JSON.parse((await read(file)) ?? '{}').version;

const version = await versionOf('package.json');
const description = await read('generated/openapi.yaml');
const released = await read(`openapi/released/${version}.yaml`);
const versions = {
  'The tag': tag?.replace(/^v/, ''),
  'client/package.json': await versionOf('client/package.json'),
  'generated/openapi.json': JSON.parse(await read('generated/openapi.json')).info.version,
};

const problems = Object.entries(versions)
  .filter(([, each]) => each !== version)
  .map(([what, each]) => `${what} has the version ${each}, and package.json ${version}.`);
if (!(await dateOfVersion(version))) problems.push(`CHANGELOG.md has no section [${version}] with a date.`);
if ((await changelogSection('Unreleased')) !== '') problems.push('CHANGELOG.md has entries under [Unreleased].');
if (released === undefined) problems.push(`openapi/released/${version}.yaml is missing. Run: npm run contract:release`);
else if (released !== description) {
  problems.push(
    `generated/openapi.yaml is not openapi/released/${version}.yaml any more. Set a new version, or if ${version} has not been published, delete that file and run: npm run contract:release`,
  );
}

if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exitCode = 1;
} else console.log(`${tag} can be released.`);
