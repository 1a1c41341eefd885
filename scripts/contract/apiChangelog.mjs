/** `docs/api-changelog.md`: what has changed for clients from one released description to the next. */
import { isDeepStrictEqual } from 'node:util';
import { dateOfVersion } from './changelog.mjs';
import { changesBetween } from './changes.mjs';
import { describeChanges } from './describe.mjs';
import { readReleased, releasedVersions } from './releases.mjs';

/** @param present the description as it is now, released or not */
export async function apiChangelog(present) {
  const versions = await releasedVersions();
  const released = await Promise.all(
    versions.map(async (version) => ({ title: version, description: await readReleased(version) })),
  );
  const newest = released.at(-1);
  const isNew = present.info.version !== newest.title;
  if (!isDeepStrictEqual(present, newest.description)) {
    released.push({ title: isNew ? present.info.version : 'Unreleased', description: present });
  }
  const sections = await Promise.all(
    released.slice(1).map(async ({ title, description }, index) => {
      const { title: before, description: base } = released[index];
      const text = render(before, describeChanges(await changesBetween(base, description), base, description));
      return `${await headingOf(title)}\n\n${text}`;
    }),
  );
  return [...sections.reverse(), `${await headingOf(versions[0])}\n\nThe first released description.\n`].join('\n');
}

async function headingOf(version) {
  const date = await dateOfVersion(version);
  return `## ${version}${date ? ` - ${date}` : ''}`;
}

/** The groups with breaks come first. */
function render(before, groups) {
  const breaking = groups.filter(breaks);
  const others = groups.filter((group) => !breaks(group));
  const sections = [...breaking, ...others].map(
    ({ heading, entries }) =>
      `### ${heading}

${entries.map(bulletOf).join('')}`,
  );
  if (groups.length === 0) return `Compared with ${before}. Only texts have changed.\n`;
  const count = groups.flatMap(({ entries }) => entries).filter(({ impact }) => impact === 'major').length;
  const summary = count === 0 ? 'Nothing breaks clients' : `${count} of these changes break clients`;
  return [`Compared with ${before}. ${summary}.\n`, ...sections].join('\n');
}

function bulletOf({ impact, text }) {
  return `- ${impact === 'major' ? '**Breaking:** ' : ''}${text[0].toUpperCase()}${text.slice(1)}\n`;
}

function breaks({ entries }) {
  return entries.some(({ impact }) => impact === 'major');
}
