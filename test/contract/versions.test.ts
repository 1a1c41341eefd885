import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { expect } from 'chai';

async function read(file: string): Promise<string> {
  return readFile(new URL(`../../${file}`, import.meta.url), 'utf8');
}

async function versionIn(file: string): Promise<string> {
  return (JSON.parse(await read(file)) as { version: string }).version;
}

/** Those that are there: the client package is one of its own. */
const packages = ['package.json', 'package-lock.json', 'client/package.json'].filter((file) =>
  existsSync(new URL(`../../${file}`, import.meta.url)),
);

/** The heading after `[Unreleased]`. */
async function newestInChangelog(): Promise<string | undefined> {
  const headings = (await read('CHANGELOG.md')).matchAll(/^## \[(.*?)\](?: - (\d{4}-\d\d-\d\d))?$/gm);
  const [unreleased, newest] = [...headings];
  expect(unreleased?.[1]).to.equal('Unreleased');
  expect(newest?.[2], 'the date of the newest version').to.be.a('string');
  return newest?.[1];
}

describe('the version', () => {
  it('is the same in the packages, the description and CHANGELOG.md', async () => {
    const description = JSON.parse(await read('generated/openapi.json')) as { info: { version: string } };
    const versions: Record<string, string | undefined> = {
      'generated/openapi.json': description.info.version,
      'CHANGELOG.md': await newestInChangelog(),
    };
    for (const file of packages) versions[file] = await versionIn(file);
    for (const [file, version] of Object.entries(versions)) expect(version, file).to.equal(versions['package.json']);
  });
});
