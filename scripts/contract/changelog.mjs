/** CHANGELOG.md, in the format of Keep a Changelog. */
import { readFile } from 'node:fs/promises';
import { project } from './releases.mjs';

/** The headings of versions, with their dates, and what stands under them. */
async function sections() {
  const text = await readFile(new URL('CHANGELOG.md', project), 'utf8');
  return text
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [, version, date] = /^\[(.+?)\](?: - (\d{4}-\d\d-\d\d))?$/m.exec(section);
      return { version, date, body: section.slice(section.indexOf('\n')).trim() };
    });
}

/** What stands under a version; undefined if there is no such version. */
export async function changelogSection(version) {
  return (await sections()).find((section) => section.version === version)?.body;
}

/** The date of a version, such as 2026-11-27; undefined if it has none. */
export async function dateOfVersion(version) {
  return (await sections()).find((section) => section.version === version)?.date;
}
