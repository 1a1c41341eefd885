import { readFile, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { parse, stringify } from 'yaml';
import { signedInAdmin } from '../support/accounts.js';
import { toolPackages, toolVersion } from '../support/partnerTools.js';
import { versionOf } from '../support/realPart.js';
import { runProgram } from '../support/runProgram.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporaryFolder.js';
import { startTestApp, type TestApp } from '../support/testApp.js';

/** What Specmatic does not test, with the reasons. */
interface Exclusions {
  /** Operations whose success takes values that exist, by method and path as Specmatic writes them. */
  withoutGeneratedSuccess: Record<string, string>;
}

/** How many requests it generates for an operation: `listUsers` alone has thousands of combinations. */
const combinationsMax = 40;

const java = versionOf('java', '-version') !== undefined;

/** The names of what specmatic.json lists under `removed`. */
const removed = ['pattern', 'refreshCookie', '/auth/logout'];

/** Removes from the description what specmatic.json lists under `removed`. */
function withoutStumblingBlocks(node: unknown): unknown {
  if (Array.isArray(node)) {
    return node.filter((each) => !isCursor(each)).map(withoutStumblingBlocks);
  }
  if (typeof node !== 'object' || node === null) return node;
  const isRemoved = (name: string): boolean =>
    removed.includes(name) ||
    (name === 'examples' && 'schema' in node) ||
    (name === 'text/html' && 'application/json' in node);
  const kept = Object.entries(node).filter(([name]) => !isRemoved(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, withoutStumblingBlocks(value)]));
}

function isCursor(node: unknown): boolean {
  return (node as { $ref?: string } | null)?.$ref === '#/components/parameters/Cursor';
}

/** The tests that failed, and how many ran. */
function readReport(xml: string, operations: string[]): { failed: string[]; count: number } {
  const cases = Array.from(xml.matchAll(/<testcase .*? name="([^"]*)"[^>]*?(?:\/>|>(.*?)<\/testcase>)/gs));
  const failed = cases.flatMap(([, name = '', content = '']) => {
    const title = name.replace(/^.*contractTest\(\) &gt; /, '').replaceAll('&gt;', '>');
    const isExcluded = operations.some((operation) => title.startsWith(`+ve  Scenario: ${operation} -> `));
    return content.includes('<failure') && !isExcluded ? `${title}\n${content}` : [];
  });
  return { failed, count: cases.length };
}

(java ? describe : describe.skip)('the requests that Specmatic generates', function () {
  this.timeout(600_000);
  let app: TestApp;
  before(async () => (app = await startTestApp({ LOG_LEVEL: 'warning' })));
  after(async () => {
    await app.close();
    await removeTemporaryFolders();
  });

  it('get the described answers', async () => {
    const folder = await temporaryFolder();
    const bundle = await readFile(new URL('../../generated/openapi.yaml', import.meta.url), 'utf8');
    const exclusions = await readFile(new URL('specmatic.json', import.meta.url), 'utf8');
    const { withoutGeneratedSuccess } = JSON.parse(exclusions) as Exclusions;
    const description = withoutStumblingBlocks(parse(bundle));
    await writeFile(`${folder}/openapi.yaml`, stringify(description, { aliasDuplicateObjects: false }));
    const test = { resiliencyTests: { enable: 'all' } };
    const config = { version: 2, contracts: [{ provides: ['openapi.yaml'] }], test };
    await writeFile(`${folder}/specmatic.yaml`, stringify(config));
    const { token } = await signedInAdmin(app);

    const jar = `${toolPackages}/specmatic/specmatic.jar`;
    const words = [`-DMAX_TEST_REQUEST_COMBINATIONS=${combinationsMax}`, '-jar', jar, 'test'];
    const outcome = await runProgram('java', [...words, `--testBaseURL=${app.url}`, '--junitReportDir=report'], {
      cwd: folder,
      // The name of the security scheme whose token it is.
      env: { ...process.env, bearerAuth: token },
      maxBuffer: 2 ** 30,
    });
    const report = await readFile(`${folder}/report/TEST-junit-jupiter.xml`, 'utf8').catch(() => '');
    const { failed, count } = readReport(report, Object.keys(withoutGeneratedSuccess));
    expect(count, outcome.stdout.slice(-5000)).to.be.above(200);
    expect(failed, failed.join('\n\n').slice(0, 20_000)).to.deep.equal([]);
    console.log(`      Specmatic ${await toolVersion('specmatic')}: ${count} requests`);
  });
});
