/**
 * `npm run release:files -- <folder>`: writes the files of a release into a folder: the description as YAML and JSON, a
 * documentation page that needs no network, the workflows, the client package and the notes of the release.
 */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { changelogSection } from './contract/changelog.mjs';
import { project } from './contract/releases.mjs';

const run = promisify(execFile);
const cwd = fileURLToPath(project);

async function writeDocumentation(file) {
  const redocly = join(cwd, 'node_modules/@redocly/cli/bin/cli.js');
  const args = [redocly, 'build-docs', 'generated/openapi.yaml', '--inlineBundle', '--output', file];
  await run(process.execPath, args, { cwd });
  const page = await readFile(file, 'utf8');
  const head = `<head>\n  <meta http-equiv="Content-Security-Policy" content="${policy}">`;
  await writeFile(
    file,
    page.replace('<head>', () => head),
  );
}

/** Redoc would load a logo of its maker. Scripts, styles and the search's worker are in the page. */
const policy =
  "default-src 'none'; script-src 'unsafe-inline' blob:; style-src 'unsafe-inline'; img-src data:; font-src data:; worker-src blob:";

/** Beside the description, which they refer to. */
async function writeWorkflows(target) {
  const source = join(cwd, 'openapi/workflows');
  const names = (await readdir(source)).filter((name) => name.endsWith('.arazzo.yaml'));
  for (const name of names) {
    const text = await readFile(join(source, name), 'utf8');
    await writeFile(join(target, name), text.replace('url: ../../generated/openapi.yaml', 'url: openapi.yaml'));
  }
}

async function packClient(folder) {
  await run('npm', ['pack', './client', '--pack-destination', folder], { cwd });
}

/** Links to files of the repository lead nowhere from the page of a release. */
function withoutLocalLinks(text) {
  return text.replace(/\[([^\]]+)\]\((?!https?:)[^)]*\)/g, '$1');
}

const [argument] = process.argv.slice(2);
if (!argument) {
  console.error('Usage: npm run release:files -- <folder>');
  process.exit(1);
}
const folder = resolve(argument);
const { version } = JSON.parse(await readFile(join(cwd, 'package.json'), 'utf8'));

await mkdir(join(folder, 'files'), { recursive: true });
await Promise.all([
  ...['openapi.yaml', 'openapi.json'].map((name) =>
    copyFile(join(cwd, 'generated', name), join(folder, 'files', name)),
  ),
  writeFile(join(folder, 'notes.md'), withoutLocalLinks(`${await changelogSection(version)}\n`)),
  writeDocumentation(join(folder, 'files', `smart-audit-api-${version}.html`)),
  writeWorkflows(join(folder, 'files')),
  packClient(join(folder, 'files')),
]);
