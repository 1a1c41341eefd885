/**
 * `npm run contract:release`: writes `openapi/released/<version>.yaml`, the description as it is published with this version.
 * Fails if the version is too low for what has changed, or if it has been written with another description before.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { changesBetween } from './contract/changes.mjs';
import { compareVersions, project, readReleased, releasedFolder, releasedVersions } from './contract/releases.mjs';

const text = await readFile(new URL('generated/openapi.yaml', project), 'utf8');
const description = parse(text);
const { version } = description.info;
const file = join(releasedFolder, `${version}.yaml`);

/** The lowest version that may have these changes. */
function lowestVersion(before, changes) {
  const [major, minor, patch] = before.split('.').map(Number);
  if (changes.some(({ impact }) => impact === 'major')) return `${major + 1}.0.0`;
  return changes.some(({ impact }) => impact === 'minor')
    ? `${major}.${minor + 1}.0`
    : `${major}.${minor}.${patch + 1}`;
}

async function problem() {
  const present = await readFile(file, 'utf8').catch(() => undefined);
  if (present !== undefined && present !== text) {
    return `${file} has another description. Set a new version, or delete the file if ${version} has not been published.`;
  }
  const before = (await releasedVersions()).filter((each) => compareVersions(each, version) < 0).at(-1);
  const lowest = lowestVersion(before, await changesBetween(await readReleased(before), description));
  return compareVersions(version, lowest) < 0
    ? `The changes since ${before} need version ${lowest} or higher.`
    : undefined;
}

const found = await problem();
if (found) {
  console.error(found);
  process.exitCode = 1;
} else {
  await writeFile(file, text);
  console.log(`openapi/released/${version}.yaml is the description of ${version}.`);
}
