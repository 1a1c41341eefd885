import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { parse } from 'yaml';
import { describedOperations } from '../support/contract.js';
import { launchBrowser } from '../support/browser.js';
import { runProgram, type Outcome } from '../support/runProgram.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

const project = fileURLToPath(new URL('../../', import.meta.url));
const { version, scripts } = JSON.parse(await readFile(join(project, 'package.json'), 'utf8')) as {
  version: string;
  scripts: Record<string, string>;
};
const description = await readFile(join(project, 'generated/openapi.yaml'), 'utf8');
const released = `openapi/released/${version}.yaml`;

/** Runs a script of package.json, in a copy of the project or here. */
async function runScript(name: string, words: string[] = [], folder = project, env = process.env): Promise<Outcome> {
  const [program, ...own] = scripts[name]!.split(' ');
  return runProgram(program!, [...own, ...words], { cwd: folder, env });
}

describe('the files of a release', () => {
  let folder: string;
  let files: string;
  before(async () => {
    folder = await temporaryFolder();
    files = join(folder, 'files');
    expect(await runScript('release:files', [folder])).to.include({ code: 0 });
  });

  it('are the description, the documentation page, the workflows and the client package', async () => {
    const page = `smart-audit-api-${version}.html`;
    const workflows = ['account', 'administration', 'sessions'].map((name) => `${name}.arazzo.yaml`);
    const names = ['openapi.json', 'openapi.yaml', page, ...workflows, `smart-audit-client-${version}.tgz`];
    expect(await readdir(files)).to.have.members(names);
    for (const name of ['openapi.json', 'openapi.yaml']) {
      expect(await readFile(join(files, name), 'utf8')).to.equal(
        await readFile(join(project, 'generated', name), 'utf8'),
      );
    }
  });

  it('have workflows that refer to the description beside them', async () => {
    const redocly = join(project, 'node_modules/@redocly/cli/bin/cli.js');
    const lint = await runProgram(process.execPath, [redocly, 'lint', 'account.arazzo.yaml'], { cwd: files });
    expect(lint.code, lint.stdout + lint.stderr).to.equal(0);
    const workflow = parse(await readFile(join(files, 'account.arazzo.yaml'), 'utf8')) as {
      sourceDescriptions: { url: string }[];
    };
    expect(workflow.sourceDescriptions.map(({ url }) => url)).to.deep.equal(['openapi.yaml']);
  });

  it('have the client package with its build, in this version', async () => {
    const tarball = join(files, `smart-audit-client-${version}.tgz`);
    const { stdout } = await runProgram('tar', ['-xzOf', tarball, 'package/package.json']);
    expect(JSON.parse(stdout)).to.include({ name: '@smart-audit/client', version });
    const list = (await runProgram('tar', ['-tzf', tarball])).stdout.split('\n');
    expect(list).to.include.members(['package/README.md', 'package/dist/esm/index.js', 'package/dist/cjs/index.js']);
  });

  it('come with the notes of this version from CHANGELOG.md, without links to files', async () => {
    const notes = await readFile(join(folder, 'notes.md'), 'utf8');
    expect(notes).to.match(/^### Added\n/);
    expect(notes).not.to.match(/^## /m);
    expect(notes).not.to.match(/\]\((?!https?:)/);
  });

  it('have a documentation page that lists every operation, and loads nothing from elsewhere', async function () {
    const browser = await launchBrowser();
    if (!browser) return this.skip();
    try {
      const page = await browser.newPage();
      const failures: (string | undefined)[] = [];
      page.on('requestfailed', (request) => failures.push(request.failure()?.errorText));
      page.on('requestfinished', (request) => expect(request.url()).to.match(/^(file|data|blob):/));
      await page.goto(pathToFileURL(join(files, `smart-audit-api-${version}.html`)).href);
      for (const { operation } of describedOperations().values()) {
        const { summary, tags } = operation as unknown as { summary: string; tags: [string] };
        const entry = page.getByText(summary, { exact: true }).first();
        // Opening a tag closes the others.
        if (!(await entry.isVisible())) await page.getByText(tags[0], { exact: true }).first().click();
        await entry.waitFor();
      }
      expect(failures.filter((text) => text !== 'csp')).to.deep.equal([]);
    } finally {
      await browser.close();
    }
  });
});

/** A copy of what the scripts of a release read, in which this version has been released. */
async function copy(): Promise<string> {
  const folder = await temporaryFolder();
  const sources = ['scripts', 'generated', 'openapi/released', 'redocly.yaml', 'package.json', 'CHANGELOG.md'];
  for (const path of [...sources, 'client/package.json']) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await cp(join(project, path), join(folder, path), { recursive: true });
  }
  await symlink(join(project, 'node_modules'), join(folder, 'node_modules'));
  await writeFile(join(folder, released), description);
  await edit(folder, 'CHANGELOG.md', /^## \[Unreleased\]\n[^]*?(?=^## )/m, '## [Unreleased]\n\n');
  return folder;
}

async function edit(folder: string, file: string, from: RegExp, to: string): Promise<void> {
  const text = await readFile(join(folder, file), 'utf8');
  expect(text, file).to.match(from);
  await writeFile(join(folder, file), text.replace(from, to));
}

describe('npm run release:check', () => {
  let folder: string;
  beforeEach(async () => (folder = await copy()));

  const check = async (tag = `v${version}`): Promise<Outcome> => runScript('release:check', [tag], folder);

  it('accepts the tag of the version whose description has been released', async () => {
    expect(await check()).to.deep.include({ code: 0, stderr: '' });
  });

  it('refuses another tag', async () => {
    const { code, stderr } = await check('v9.9.9');
    expect(code).to.equal(1);
    expect(stderr).to.equal(`The tag has the version 9.9.9, and package.json ${version}.\n`);
  });

  const faults: [fault: string, file: string, from: RegExp, to: string, says: string][] = [
    [
      'another version of the client',
      'client/package.json',
      /"version": "/,
      '"version": "9',
      'client/package.json has',
    ],
    [
      'another version in the description',
      'generated/openapi.json',
      /"version": "/,
      '"version": "9',
      'openapi.json has',
    ],
    [
      'another description',
      released,
      /summary: /,
      'summary: Not ',
      `generated/openapi.yaml is not ${released} any more`,
    ],
    ['unreleased entries', 'CHANGELOG.md', /\[Unreleased\]\n/, '[Unreleased]\n\n- More.\n', 'under [Unreleased]'],
    ['no date', 'CHANGELOG.md', /^(## \[\d.*\]) - .*$/m, '$1', `no section [${version}] with a date`],
  ];
  for (const [fault, file, from, to, says] of faults) {
    it(`refuses ${fault}`, async () => {
      await edit(folder, file, from, to);
      const { code, stderr } = await check();
      expect(code).to.equal(1);
      expect(stderr.split('\n')).to.have.length(2);
      expect(stderr).to.contain(says);
    });
  }
});

describe('npm run contract:release', () => {
  let folder: string;
  beforeEach(async () => (folder = await copy()));

  const release = async (): Promise<Outcome> => runScript('contract:release', [], folder);

  /** In the next version, of which nothing has been released. */
  async function setVersion(next: string): Promise<void> {
    await edit(folder, 'generated/openapi.yaml', new RegExp(`version: ${version}`), `version: ${next}`);
  }

  const [major] = version.split('.').map(Number) as [number];

  it('writes the description of a new version, and leaves it when it is the same', async () => {
    const next = `${major}.99.0`;
    await setVersion(next);
    for (let time = 0; time < 2; time += 1) expect(await release()).to.include({ code: 0 });
    const written = await readFile(join(folder, `openapi/released/${next}.yaml`), 'utf8');
    expect(written).to.equal(await readFile(join(folder, 'generated/openapi.yaml'), 'utf8'));
  });

  it('does not replace a released description', async () => {
    await edit(folder, 'generated/openapi.yaml', /summary: /, 'summary: Not ');
    const { code, stderr } = await release();
    expect(code).to.equal(1);
    expect(stderr).to.contain('has another description. Set a new version');
    expect(await readFile(join(folder, released), 'utf8')).to.equal(description);
  });

  it('refuses a version that is too low for what has changed', async () => {
    await setVersion(`${major}.99.1`);
    await edit(folder, 'generated/openapi.yaml', /operationId: getPublicConfig/, 'operationId: readPublicConfig');
    const { code, stderr } = await release();
    expect(code).to.equal(1);
    expect(stderr).to.contain(`need version ${major + 1}.0.0 or higher`);
  });
});

describe('docs/api-changelog.md', () => {
  interface Described {
    info: { version: string; description: string };
    paths: Record<string, { get: object }>;
  }

  /** As it is written for a description that has changed since this version was released. */
  async function changelogOf(change: (description: Described) => void): Promise<string> {
    const folder = await copy();
    // The versions before need comparisons of their own, which take seconds.
    for (const name of await readdir(join(folder, 'openapi/released'))) {
      if (!released.endsWith(name)) await rm(join(folder, 'openapi/released', name));
    }
    const changed = parse(description) as Described;
    change(changed);
    await writeFile(join(folder, 'changed.json'), JSON.stringify(changed));
    const program = `
      import { readFileSync } from 'node:fs';
      import { apiChangelog } from './scripts/contract/apiChangelog.mjs';
      console.log(await apiChangelog(JSON.parse(readFileSync('changed.json', 'utf8'))));
    `;
    const { stdout, stderr } = await runProgram(process.execPath, ['--input-type=module', '--eval', program], {
      cwd: folder,
    });
    return stderr + stdout;
  }

  const [major] = version.split('.').map(Number) as [number];

  it('names what is new since the release', async () => {
    const text = await changelogOf(({ paths }) => {
      const parameters = [{ name: 'verbose', in: 'query', schema: { type: 'boolean' } }];
      paths['/config']!.get = { ...paths['/config']!.get, parameters };
    });
    expect(text.slice(0, text.indexOf(`\n## ${version}`))).to.equal(
      `## Unreleased\n\nCompared with ${version}. Nothing breaks clients.\n\n### \`GET /config\` (getPublicConfig)\n\n- Parameter \`verbose\`: New parameter.\n`,
    );
  });

  it('says that only texts have changed, in the version that is next', async () => {
    const next = `${major}.99.0`;
    const text = await changelogOf(({ info }) => Object.assign(info, { version: next, description: 'Another.' }));
    const section = `## ${next}\n\nCompared with ${version}. Only texts have changed.\n\n## ${version}`;
    expect(text.slice(0, section.length)).to.equal(section);
  });

  it('says nothing of a description that is as it was released', async () => {
    expect(await changelogOf(() => undefined)).to.match(new RegExp(`^## ${version}`));
  });
});

describe('npm run release:publish', () => {
  /** Programs that write down how they are called. */
  async function withFakes(): Promise<{ env: NodeJS.ProcessEnv; calls: () => Promise<string[]> }> {
    const folder = await temporaryFolder();
    const log = join(folder, 'calls');
    for (const name of ['docker', 'gh']) {
      const program = `#!/bin/sh\necho "${name} $*" >> '${log}'\n[ "$2" = ghcr.io ] && cat >> '${log}' && echo >> '${log}'\nexit 0\n`;
      await writeFile(join(folder, name), program, { mode: 0o755 });
    }
    const github = { GITHUB_ACTOR: 'ada', GITHUB_REPOSITORY: 'Example/Api', GITHUB_TOKEN: 'token' };
    const env = { ...process.env, ...github, PATH: `${folder}:${process.env['PATH']}` };
    return { env, calls: async () => (await readFile(log, 'utf8')).trim().split('\n') };
  }

  it('pushes the image and then makes the release of all files', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'files'));
    await writeFile(join(folder, 'files', 'openapi.json'), '{}');
    const { env, calls } = await withFakes();
    expect(await runScript('release:publish', [folder], project, env)).to.include({ code: 0 });
    const image = 'ghcr.io/example/api';
    const texts = `--title ${version} --notes-file ${folder}/notes.md`;
    expect(await calls()).to.deep.equal([
      'docker login ghcr.io --username ada --password-stdin',
      'token',
      `docker build --tag ${image}:${version} --tag ${image}:latest .`,
      `docker push ${image}:${version}`,
      `docker push ${image}:latest`,
      `gh release create v${version} --verify-tag ${texts} ${folder}/files/openapi.json`,
    ]);
  });

  it('makes no release without an image', async () => {
    const { env, calls } = await withFakes();
    const fakes = env['PATH']!.split(':')[0]!;
    await edit(fakes, 'docker', /exit 0/, '[ "$1" != push ]');
    const outcome = await runScript('release:publish', [await temporaryFolder()], project, env);
    expect(outcome.code).to.equal(1);
    expect((await calls()).filter((call) => call.startsWith('gh'))).to.deep.equal([]);
  });
});

describe('.github/workflows/release.yml', () => {
  interface Job {
    uses?: string;
    needs?: string;
    permissions?: object;
    steps?: { uses?: string; run?: string }[];
  }
  let workflow: { on: object; permissions: object; jobs: Record<string, Job> };
  before(async () => {
    workflow = parse(await readFile(join(project, '.github/workflows/release.yml'), 'utf8')) as typeof workflow;
  });

  it('runs at tags of versions, after all tests, with the permissions that it needs', () => {
    expect(workflow.on).to.deep.equal({ push: { tags: ['v*'] } });
    expect(workflow.permissions).to.deep.equal({ contents: 'read' });
    expect(workflow.jobs['test']).to.deep.equal({ uses: './.github/workflows/ci.yml' });
    expect(workflow.jobs['release']).to.deep.include({
      needs: 'test',
      permissions: { contents: 'write', packages: 'write' },
    });
  });

  it("runs nothing but GitHub's actions and the scripts that are tested here, in this order", () => {
    const steps = workflow.jobs['release']!.steps!;
    for (const { uses } of steps) if (uses) expect(uses).to.match(/^actions\/[a-z-]+@v\d+$/);
    expect(steps.flatMap(({ run }) => run ?? [])).to.deep.equal([
      'npm ci',
      'npm run release:check -- "$GITHUB_REF_NAME"',
      'npm run release:files -- release',
      'npm run release:publish -- release',
    ]);
  });
});
