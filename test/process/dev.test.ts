import { execFile } from 'node:child_process';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect } from 'chai';
import supertest from 'supertest';
import { freePort } from '../support/freePort.js';
import { postgresProcesses } from '../support/postgresProcesses.js';
import { copySources } from '../support/projectCopy.js';
import { tidyUp } from '../support/serverFixture.js';
import { launchServer, type ServerProcess } from '../support/serverProcess.js';
import { temporaryFolder } from '../support/temporaryFolder.js';
import { until } from '../support/until.js';

const run = promisify(execFile);

/** Much less than SHUTDOWN_TIMEOUT_MS, and more than a busy machine takes. */
const soonMs = 5000;

/** The processes of a group, by their command lines. */
async function processesOf(group: number): Promise<string[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pgid=,args=']);
  const lines = stdout.split('\n').map((line) => line.trim());
  return lines.filter((line) => line.startsWith(`${group} `));
}

describe('npm run dev', () => {
  let folder: string;
  let url: string;
  let dev: ServerProcess;

  const git = (...words: string[]) =>
    run('git', ['-C', folder, '-c', 'user.name=Ada', '-c', 'user.email=a@b.c', ...words]);
  const inFolder = (file: string): string => join(folder, file);
  /** What has been written since the mark. */
  let mark = 0;
  const written = (): string => dev.output().slice(mark);
  const untilWritten = (pattern: RegExp): Promise<true> => until(async () => pattern.test(written()));

  /** In three folders of the description. */
  const files = ['openapi.yaml', 'paths/config.yaml', 'components/schemas/PublicConfig.yaml'];

  /** Whether the published description contains a text; undefined if it is not served now. */
  async function publishes(text: string): Promise<boolean | undefined> {
    const response = await supertest(url)
      .get('/openapi.json')
      .catch(() => undefined);
    return response?.text.includes(text);
  }

  /** Puts a text before the summary or description of a file. */
  async function mention(text: string, file: string): Promise<void> {
    const path = inFolder(`openapi/${file}`);
    const current = await readFile(path, 'utf8');
    await writeFile(path, current.replace(/^( *)(summary|description): (?=[A-Z])/m, `$&${text} `));
  }

  before(async () => {
    folder = await temporaryFolder();
    await copySources(folder);
    await writeFile(inFolder('.gitignore'), 'node_modules/\n.data/\n');
    await git('init', '--quiet', '--initial-branch=main');
    await git('add', '.');
    await git('commit', '--quiet', '--message=one');
    await git('checkout', '--quiet', '-b', 'other');
    for (const file of files) await mention('OtherBranch', file);
    await git('commit', '--quiet', '--all', '--message=two');
    await git('checkout', '--quiet', 'main');
    const port = String(await freePort());
    url = `http://127.0.0.1:${port}`;
    const settings = { PORT: port, HASH_THREADS: '1' };
    dev = launchServer({ folder, settings, command: ['npm', 'run', 'dev'], leadsGroup: true });
    await dev.wrote(/API http/);
  });
  after(tidyUp);
  beforeEach(() => (mark = dev.output().length));

  it('serves a description that git has checked out, and notices edits of it after that', async () => {
    for (const branch of ['other', 'main']) {
      await git('checkout', '--quiet', branch);
      await until(async () => (await publishes('OtherBranch')) === (branch === 'other'));
    }
    for (const [index, file] of files.entries()) {
      await mention(`Edit${index}`, file);
      await until(() => publishes(`Edit${index}`));
    }
  });

  it('restarts when a source or .env changes', async () => {
    await appendFile(inFolder('src/startError.ts'), '// changed\n');
    await untilWritten(/Stopped[^]*API http/);
    mark = dev.output().length;
    await writeFile(inFolder('.env'), 'APP_NAME=Changed\n');
    await untilWritten(/Stopped[^]*API http/);
    expect((await supertest(url).get('/config')).body).to.include({ app_name: 'Changed' });
  });

  it('reports an invalid description once, and continues with the last one', async () => {
    const file = inFolder('openapi/paths/config.yaml');
    const sound = await readFile(file, 'utf8');
    await writeFile(file, sound.replace('PublicConfig.yaml', 'NoConfig.yaml'));
    await untilWritten(/NoConfig/);
    await delay(1000);
    expect(written().match(/Can't resolve \$ref/g), written()).to.have.length(1);
    expect(written()).not.to.match(/^ +at /m);
    expect(await publishes('Edit0')).to.equal(true);
    await writeFile(file, sound);
    await untilWritten(/API http/);
  });

  it('stops at an operation without a handler, and names it once', async () => {
    const file = inFolder('openapi/paths/config.yaml');
    const sound = await readFile(file, 'utf8');
    await writeFile(file, sound.replace('getPublicConfig', 'getHiddenConfig'));
    await untilWritten(/The server has ended/);
    expect(written().match(/getHiddenConfig/g), written()).to.have.length(1);
    expect(written())
      .to.contain('operations without a handler: getHiddenConfig (tag Service)')
      .and.not.to.match(/^ +at /m);
    await writeFile(file, sound);
    await untilWritten(/API http/);
  });

  it('ends at once at Ctrl-C, and leaves no process behind', async () => {
    process.kill(-dev.processId, 'SIGINT');
    expect(await Promise.race([dev.exited.then(() => 'ended'), delay(soonMs, 'runs on')])).to.equal('ended');
    expect(await processesOf(dev.processId)).to.deep.equal([]);
    expect(await postgresProcesses(folder)).to.deep.equal([]);
    expect(written().match(/Stopping/g), written()).to.have.length(1);
  });
});
