import { spawnSync } from 'node:child_process';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as tick } from 'node:timers/promises';
import { expect } from 'chai';
import { EmbeddedPostgres } from '../../src/db/embedded/embeddedPostgres.js';
import { query } from '../support/connectToDatabase.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporaryFolder.js';

/** Whether a server accepts connections. */
async function answers(url: string): Promise<boolean> {
  return query(url, 'SELECT 1').then(
    () => true,
    () => false,
  );
}

/** The lines of postmaster.pid: the process id first, the port fourth. */
async function pidFile(server: { folder: string }): Promise<string[]> {
  return (await readFile(join(server.folder, 'postgres', 'postmaster.pid'), 'utf8')).split('\n');
}

/** The process id of a process that has ended. */
function deadProcess(): number {
  return spawnSync(process.execPath, ['--version']).pid;
}

describe('the embedded PostgreSQL', () => {
  let folder: string;
  const started: EmbeddedPostgres[] = [];
  async function start(wanted = folder): Promise<EmbeddedPostgres> {
    const server = await EmbeddedPostgres.start(wanted);
    started.push(server);
    return server;
  }

  before(async () => (folder = await temporaryFolder('my data')));
  afterEach(async () => {
    for (const server of started.splice(0)) if (await answers(server.url)) await server.stop();
  });
  after(removeTemporaryFolders);

  it('keeps its password where only its owner can read it, and requires it', async () => {
    const server = await start();
    expect((await stat(join(folder, 'database-password'))).mode & 0o777).to.equal(0o600);
    const url = new URL(server.url);
    url.password = 'wrong';
    const error = await query(url.href, 'SELECT 1').catch((thrown: unknown) => thrown);
    expect(error).to.have.property('code', '28P01');
  });

  it('listens on this machine only', async () => {
    const server = await start();
    expect(await query(server.url, 'SHOW listen_addresses')).to.deep.equal([{ listen_addresses: '127.0.0.1' }]);
  });

  const leftBehind: [what: string, text: (lines: string[]) => string][] = [
    ['names a process that has ended', (lines) => [deadProcess(), ...lines.slice(1)].join('\n')],
    ['names a process of another program', (lines) => [process.pid, ...lines.slice(1)].join('\n')],
    ['is empty', () => ''],
  ];
  for (const [what, text] of leftBehind) {
    it(`starts although a postmaster.pid was left behind that ${what}`, async () => {
      const first = await start();
      const lines = await pidFile(first);
      await first.stop();
      await writeFile(join(folder, 'postgres', 'postmaster.pid'), text(lines));
      const second = await start();
      expect(await answers(second.url)).to.equal(true);
    });
  }

  it('is not started twice before it has written its postmaster.pid', async () => {
    const first = await start();
    const file = join(folder, 'postgres', 'postmaster.pid');
    const text = await readFile(file);
    await writeFile(file, '');
    const [second] = await Promise.all([start(), tick(500).then(() => writeFile(file, text))]);
    expect(second.url).to.equal(first.url);
  });

  it('stops when all its users stop at once', async () => {
    const users = await Promise.all([start(), start(), start()]);
    await Promise.all(users.map((user) => user.stop()));
    expect(await answers(users[0].url)).to.equal(false);
  });

  it('runs for a user that starts while another stops', async () => {
    const first = await start();
    const [, second] = await Promise.all([first.stop(), start()]);
    expect(await answers(second.url)).to.equal(true);
  });

  it('starts where a killed process with the same id has left half of a cluster', async () => {
    const halfDone = await temporaryFolder('half done');
    await mkdir(join(halfDone, `postgres.${process.pid}`));
    await writeFile(join(halfDone, `postgres.${process.pid}`, 'PG_VERSION'), '18\n');
    const server = await start(halfDone);
    expect(await answers(server.url)).to.equal(true);
  });
});
