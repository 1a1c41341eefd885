import { execFile } from 'node:child_process';
import { access, readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv, promisify } from 'node:util';
import { expect } from 'chai';
import { settingNames } from '../../src/config/config.js';
import { codeBlocks, relativeLinks, section, tableRows } from '../support/markdown.js';
import { serverFixture } from '../support/serverFixture.js';
import { startServer } from '../support/serverProcess.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

const run = promisify(execFile);
const project = fileURLToPath(new URL('../../', import.meta.url));
const readme = await readFile(join(project, 'README.md'), 'utf8');

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-([0-9a-f])[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g;
const time = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;

/** The same answer with placeholders for its ids and times. */
function withForms(answer: string): string {
  return answer.trim().replace(uuid, 'UUID, version $1').replace(time, 'time');
}

describe('The README', () => {
  const servers = serverFixture();

  it('has two commands: one to start, one to test; and those for one test, which exists', async () => {
    const one = 'npm test -- test/api/logIn.test.ts';
    expect(codeBlocks(section(readme, 'Two commands'))).to.deep.equal([
      { language: 'bash', code: 'npm ci && npm start\n' },
      { language: 'bash', code: 'npm ci && npm test\n' },
      { language: 'bash', code: [one, `${one} --grep 'wrong password'`, ''].join('\n') },
    ]);
    const tests = await readFile(join(project, 'test/api/logIn.test.ts'), 'utf8');
    expect(tests.match(/^ *it\('.*wrong password/gm)).not.to.equal(null);
  });

  it('shows the real output of its commands', async () => {
    const folder = await temporaryFolder();
    const server = await startServer({ folder, settings: { DATABASE_URL: servers.database.url } });
    const blocks = codeBlocks(section(readme, 'Try it'));
    const commands = blocks.map(({ language, code }, index) =>
      language === 'bash' ? `{\n${code}} >${index}.out\n` : '',
    );
    const script = commands.join('').replaceAll('http://localhost:8000', server.url);
    const { stdout, stderr } = await run('bash', ['--norc', '-euo', 'pipefail', '-c', script], { cwd: folder });
    expect(stdout + stderr).to.equal('');

    expect(blocks.filter(({ language }) => language === 'text')).to.have.length(3);
    for (const [index, { language, code }] of blocks.entries()) {
      if (language === 'bash') continue;
      expect(language).to.equal('text');
      const answer = await readFile(join(folder, `${index - 1}.out`), 'utf8');
      expect(withForms(answer)).to.equal(withForms(code));
    }
  });

  it('has every setting that exists, with the default of .env.example', async () => {
    const rows = tableRows(section(readme, 'Settings'));
    expect(rows.map(([name]) => name)).to.have.members(settingNames.map((name) => `\`${name}\``));
    const example = parseEnv(await readFile(join(project, '.env.example'), 'utf8'));
    for (const [name, shown] of rows) {
      const value = example[name!.replaceAll('`', '')];
      if (value) expect(shown, name).to.equal(`\`${value}\``);
      else expect(shown, name).not.to.contain('`');
    }
  });

  it('and CONTRIBUTING.md name only commands of package.json', async () => {
    const { scripts } = JSON.parse(await readFile(join(project, 'package.json'), 'utf8')) as { scripts: object };
    const contributing = await readFile(join(project, 'CONTRIBUTING.md'), 'utf8');
    const names = Array.from((readme + contributing).matchAll(/npm run ([\w:-]+)/g), ([, name]) => name);
    expect(names).to.have.length.above(3);
    expect(scripts).to.include.keys(names);
  });
});

describe('The security scoreboard', () => {
  it('names tests that exist', async () => {
    const text = await readFile(join(project, 'docs', 'security.md'), 'utf8');
    const names = Array.from(
      text.matchAll(/\b(api|config|security|observability|services|integrations|process|contract)(?:\/(?!v1\b)\w+)+/g),
      ([name]) => name,
    );
    expect(names).to.have.length.above(40);
    for (const name of new Set(names)) await access(join(project, 'test', `${name}.test.ts`));
  });
});

describe('The documents', () => {
  it('link to files that exist', async () => {
    const docs = await readdir(join(project, 'docs'), { recursive: true });
    const files = [...(await readdir(project)), ...docs.map((file) => join('docs', file))];
    const pages = files.filter((file) => file.endsWith('.md'));
    for (const page of pages) {
      const text = await readFile(join(project, page), 'utf8');
      for (const link of relativeLinks(text)) {
        const target = resolve(project, dirname(page), link);
        await access(target).catch(() => expect.fail(`${page} links to ${link}, which does not exist`));
      }
    }
  });
});
