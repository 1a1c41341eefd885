/** What was published: `openapi/released/<version>.yaml`. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

export const project = new URL('../../', import.meta.url);
export const releasedFolder = fileURLToPath(new URL('openapi/released', project));

/** Compares versions: 1.10.0 is newer than 1.9.0. */
export const compareVersions = new Intl.Collator('en', { numeric: true }).compare;

/** @returns the number before the first dot */
export function majorOf(version) {
  return Number(version.split('.')[0]);
}

/**
 * The released versions, oldest first.
 * @throws Error for a file whose name is not a version, such as `2.0.yaml`
 */
export async function releasedVersions(folder = releasedFolder) {
  const versions = (await readdir(folder)).map((name) => {
    const [, version] = /^(\d+\.\d+\.\d+)\.yaml$/.exec(name) ?? [];
    if (version === undefined) throw new Error(`${join(folder, name)}: expected a name such as 2.1.0.yaml.`);
    return version;
  });
  return versions.sort(compareVersions);
}

/** The description that was released as this version. */
export async function readReleased(version, folder = releasedFolder) {
  return parse(await readFile(join(folder, `${version}.yaml`), 'utf8'));
}
