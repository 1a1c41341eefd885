import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as tick } from 'node:timers/promises';
import { expect } from 'chai';
import pg from 'pg';
import { EmbeddedPostgres } from '../../src/db/embedded/embeddedPostgres.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporaryFolder.js';

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Whether a server takes connections there. */
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

/** The number of a process that has ended. */
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

  it('keeps its password where only its owner can read it, and lets nobody in without', async () => {
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
    ['names a process that is gone', (lines) => [deadProcess(), ...lines.slice(1)].join('\n')],
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

  it('is not started a second time while it is about to write its postmaster.pid', async () => {
    const first = await start();
    const file = join(folder, 'postgres', 'postmaster.pid');
    const text = await readFile(file);
    await writeFile(file, '');
    const [second] = await Promise.all([start(), tick(500).then(() => writeFile(file, text))]);
    expect(second.url).to.equal(first.url);
  });

  it('starts again after it was killed', async () => {
    const first = await start();
    const [processId] = await pidFile(first);
    await query(first.url, 'CREATE TABLE survived AS SELECT 1 AS value');
    process.kill(Number(processId), 'SIGKILL');
    const second = await start();
    expect(await query(second.url, 'SELECT value FROM survived')).to.deep.equal([{ value: 1 }]);
  });

  it('is stopped when all that use it stop at once', async () => {
    const users = await Promise.all([start(), start(), start()]);
    await Promise.all(users.map((user) => user.stop()));
    expect(await answers(users[0].url)).to.equal(false);
  });

  it('is there for one that starts while another stops', async () => {
    const first = await start();
    const [, second] = await Promise.all([first.stop(), start()]);
    expect(await answers(second.url)).to.equal(true);
  });

  it('starts where a killed run of the same process id left half of a cluster', async () => {
    const halfDone = await temporaryFolder('half done');
    await mkdir(join(halfDone, `postgres.${process.pid}`));
    await writeFile(join(halfDone, `postgres.${process.pid}`, 'PG_VERSION'), '18\n');
    const server = await start(halfDone);
    expect(await answers(server.url)).to.equal(true);
  });

  it('keeps its data elsewhere where root started it and postgres could not enter, and says where', async () => {
    const hidden = await temporaryFolder('hidden data');
    await chmod(hidden, 0o700);
    const wanted = join(hidden, 'data');
    const server = await start(wanted);
    expect(await answers(server.url)).to.equal(true);
    expect(dirname(server.folder)).to.equal(process.getuid?.() === 0 ? '/var/lib/smart-audit-api' : hidden);
    await server.stop();
    await rm(server.folder, { recursive: true });
  });
});
