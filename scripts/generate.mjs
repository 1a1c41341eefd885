/**
 * Generates from the description: `generated/openapi.yaml` and `.json` (the bundle), `generated/api.d.ts` (types),
 * `generated/pages/` (documentation), `client/src/generated/` (the client's types and methods), `docs/errors.md` (error codes)
 * and `docs/api-changelog.md` (changes since what was released); and from a package: `generated/common-passwords.txt`. With
 * `--check` it writes nothing and fails if a file is stale.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { dictionary } from '@zxcvbn-ts/language-common';
import { middleware } from 'express-openapi-validator';
import openapiTS, { astToString } from 'openapi-typescript';
import { stringify } from 'yaml';
import { clientFiles } from './clientFiles.mjs';
import { apiChangelog } from './contract/apiChangelog.mjs';
import { publishDeprecations } from './contract/deprecations.mjs';
import { methodsOf } from './contract/operations.mjs';
import { documentationPages } from './documentationPages.mjs';
import { withPublishedTexts } from './publishedTexts.mjs';

const project = new URL('../', import.meta.url);
/** Those of src/domain/textFormats.ts, which need not check anything here. */
const ownFormats = ['email-address', 'known-email-address', 'person-name', 'unicode-text'];

async function bundleDescription() {
  const redocly = fileURLToPath(new URL('node_modules/@redocly/cli/bin/cli.js', project));
  const scratch = await mkdtemp(join(tmpdir(), 'openapi-bundle-'));
  try {
    const output = join(scratch, 'openapi.json');
    await promisify(execFile)(process.execPath, [redocly, 'bundle', 'main', '--output', output], {
      cwd: fileURLToPath(project),
    });
    return JSON.parse(await readFile(output, 'utf8'));
  } finally {
    await rm(scratch, { recursive: true });
  }
}

/** The server does not validate the bundle again. */
async function assertValid(description) {
  const formats = Object.fromEntries(ownFormats.map((name) => [name, true]));
  const [load] = middleware({ apiSpec: structuredClone(description), validateApiSpec: true, formats });
  const app = { param: () => undefined };
  const error = await new Promise((resolve) => void load({ app }, {}, resolve));
  if (error) throw new Error('The description cannot be served. Run: npm run check:description', { cause: error });
}

function operationIds(description, isPublic) {
  return Object.values(description.paths).flatMap((path) =>
    methodsOf(path)
      .map((method) => path[method])
      .filter((operation) => ((operation.security ?? description.security).length === 0) === isPublic)
      .map((operation) => `'${operation.operationId}'`),
  );
}

/** The minimum length in the description. */
const shortestPassword = 8;

/** One per line, after the licence of their package. */
async function commonPasswords() {
  const licence = await readFile(new URL('node_modules/@zxcvbn-ts/language-common/LICENSE.txt', project), 'utf8');
  const notice = ['From @zxcvbn-ts/language-common:', '', ...licence.trim().split('\n')].map((line) =>
    `# ${line}`.trim(),
  );
  const chosen = dictionary['passwords-common'].filter((password) => password.length >= shortestPassword);
  return `${[...notice, ...new Set(chosen)].join('\n')}\n`;
}

/** YAML that parsers of version 1.1 read alike: with quotes around what they take for times, booleans or numbers. */
function toYaml(description) {
  const options = { compat: 'yaml-1.1', blockQuote: 'literal', aliasDuplicateObjects: false };
  return stringify(description, { ...options, lineWidth: 120 });
}

async function render() {
  const description = withPublishedTexts(await bundleDescription());
  publishDeprecations(description);
  await assertValid(description);
  const notice = 'Generated from openapi/ by `npm run generate`. Do not edit.';
  const types = astToString(await openapiTS(structuredClone(description), { alphabetize: false }));
  const security =
    '/** The operations whose security requirement is empty: anyone may call them. */\n' +
    `export type PublicOperation =\n  | ${operationIds(description, true).join('\n  | ')};\n`;
  const changelog = `# Changes of the API\n\n<!-- ${notice} -->\n\n${await apiChangelog(description)}`;
  const pages = Object.entries(documentationPages(description));
  return {
    ...Object.fromEntries(pages.map(([name, html]) => [`generated/pages/${name}`, html])),
    'docs/api-changelog.md': changelog,
    'generated/openapi.yaml': `# ${notice}\n${toYaml(description)}`,
    'generated/openapi.json': `${JSON.stringify(description, null, 2)}\n`,
    'generated/api.d.ts': `// ${notice}\n${types}\n${security}`,
    ...(await clientFiles(description, notice)),
    'generated/common-passwords.txt': await commonPasswords(),
    'docs/errors.md': `# Error codes\n\n<!-- ${notice} -->\n\n${description.components.schemas.ErrorCode.description}`,
  };
}

/** Without a stack: the mistake is in the description. Redocly reports what it finds itself. */
function report(error) {
  const ofRedocly = error.stderr?.replace(/^[^]*?\nbundling .*\n/, '');
  console.error(ofRedocly ?? [error, error.cause].flatMap((each) => each?.message ?? []).join('\n'));
  process.exit(1);
}

const files = await render().catch(report);
const stale = [];
for (const folder of ['generated/pages/', 'client/src/generated/']) {
  await mkdir(new URL(folder, project), { recursive: true });
}
for (const [name, text] of Object.entries(files)) {
  const file = new URL(name, project);
  const current = await readFile(file, 'utf8').catch(() => undefined);
  if (current === text) continue;
  if (process.argv.includes('--check')) stale.push(name);
  else await writeFile(file, text);
}
if (stale.length > 0) {
  console.error(`Stale: ${stale.join(', ')}. Run: npm run generate`);
  process.exitCode = 1;
}
