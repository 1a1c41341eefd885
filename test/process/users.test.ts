import { createHash } from 'node:crypto';
import { chmod, chown, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { endPostgres, postgresProcesses } from '../support/postgresProcesses.js';
import { copyProject, removeLibraryLinks } from '../support/projectCopy.js';
import { tidyUp } from '../support/serverFixture.js';
import { startServer, stopServers, type ServerOptions } from '../support/serverProcess.js';
import { temporaryFolder } from '../support/temporaryFolder.js';
import { isRoot, ordinaryUser } from '../support/users.js';
import { signInAt, signUpAt } from '../support/visitor.js';

/** Starts a copy of the project, signs up and logs in, stops it, and returns the folder of the data. */
async function tryOut(project: string, options: Pick<ServerOptions, 'folder' | 'user'>): Promise<string> {
  const command = [process.execPath, join(project, 'dist', 'server.js')] as const;
  const server = await startServer({ ...options, command, settings: { BCRYPT_COST: '4', HASH_THREADS: '1' } });
  await signInAt(server.url, await signUpAt(server.url));
  const [, data] = await server.wrote(/ - data (\/.*?)(?: \{|\n)/);
  expect(await postgresProcesses(data!)).to.have.length(1);
  expect(await server.stop()).to.equal(0);
  expect(await postgresProcesses(data!)).to.deep.equal([]);
  return data!;
}

describe('The server with a database of its own', () => {
  let project: string;

  before(async () => {
    project = await temporaryFolder('project');
    await copyProject(project);
  });
  afterEach(stopServers);
  after(tidyUp);

  if (isRoot) {
    it('runs as an ordinary user', async () => {
      const { user } = await ordinaryUser();
      const folder = await temporaryFolder('home');
      await chown(folder, user!.uid, user!.gid);
      expect(await tryOut(project, { folder, user: user! })).to.equal(join(folder, '.data'));
    });

    it('runs as root in a folder that only root can enter, and keeps its data where postgres can', async () => {
      const name = createHash('sha256').update(join(project, '.data')).digest('hex').slice(0, 16);
      const expected = join('/var/lib/smart-audit-api', name);
      await chmod(project, 0o700);
      try {
        expect(await tryOut(project, { folder: project })).to.equal(expected);
        expect(await readdir(project)).not.to.include('.data');
      } finally {
        await chmod(project, 0o755);
        await stopServers();
        await endPostgres(expected);
        await rm(expected, { recursive: true, force: true });
      }
    });
  } else {
    it('runs as an ordinary user and as root, in a folder that only root can enter: run this test as root');
  }

  it('runs without install scripts', async () => {
    expect(await removeLibraryLinks(project)).to.be.above(0);
    expect(await tryOut(project, { folder: project })).to.equal(join(project, '.data'));
  });
});
