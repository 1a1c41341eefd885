import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { postgresProcesses } from '../support/postgresProcesses.js';
import { tidyUp } from '../support/serverFixture.js';
import { builtServer, launchServer, startServer, type ServerProcess } from '../support/serverProcess.js';
import { temporaryFolder } from '../support/temporaryFolder.js';
import { until } from '../support/until.js';
import { signInAt, signUpAt, whoAmI, type Account } from '../support/visitor.js';

const settings = { BCRYPT_COST: '4', HASH_THREADS: '1' };

async function start(folder: string): Promise<ServerProcess> {
  return startServer({ folder, settings });
}

after(tidyUp);

describe('The server without DATABASE_URL', () => {
  let folder: string;
  let server: ServerProcess;
  let account: Account;
  let token: string;

  before(async () => (folder = await temporaryFolder('a folder with spaces')));

  it('starts a database of its own, and says where its data are', async () => {
    server = await start(folder);
    expect(server.output()).to.contain(`data ${folder}/.data`);
    account = await signUpAt(server.url);
    token = await signInAt(server.url, account);
    expect(await postgresProcesses(folder)).to.have.length(1);
  });

  it('stops its database when it stops', async () => {
    expect(await server.stop()).to.equal(0);
    expect(await postgresProcesses(folder)).to.deep.equal([]);
  });

  it('knows accounts and access tokens again after a restart', async () => {
    server = await start(folder);
    expect((await whoAmI(server.url, token)).body).to.include({ email: account.email });
    await signInAt(server.url, account);
  });

  it('has lost nothing after it was killed, and then leaves no database running', async () => {
    await server.stop('SIGKILL');
    expect(await postgresProcesses(folder)).to.have.length(1);
    server = await start(folder);
    await signInAt(server.url, account);
    expect((await whoAmI(server.url, token)).status).to.equal(200);
    expect(await server.stop()).to.equal(0);
    expect(await postgresProcesses(folder)).to.deep.equal([]);
  });

  it('reports no failure when Ctrl-C interrupts the creation of the database', async () => {
    const empty = await temporaryFolder('an empty folder');
    const interrupted = launchServer({ folder: empty, settings, leadsGroup: true });
    await until(async () => {
      const files = await readdir(join(empty, '.data'), { recursive: true }).catch(() => []);
      return files.some((file) => file.endsWith('base/1/PG_VERSION'));
    });
    process.kill(-interrupted.processId, 'SIGINT');
    expect(await interrupted.exited).to.equal(0);
    expect(interrupted.output())
      .to.match(/Stopped\n$/)
      .and.not.to.contain('CRITICAL');
    expect(await postgresProcesses(empty)).to.deep.equal([]);
  });

  it('stops itself and its database when npm, which started it, is stopped', async () => {
    // npm runs scripts in a shell, and passes SIGTERM on to that shell only.
    const script = '"$0" "$1" & echo "The server is process $!"; wait';
    const npm = await startServer({ folder, settings, command: ['sh', '-c', script, process.execPath, builtServer] });
    const [, processId] = await npm.wrote(/process (\d+)/);
    const stopped = await Promise.race([npm.stop().then(() => true), delay(5000, false)]);
    if (!stopped) process.kill(Number(processId), 'SIGKILL');
    expect(stopped).to.equal(true);
    expect(npm.output()).to.match(/Stopped\n$/);
    expect(await postgresProcesses(folder)).to.deep.equal([]);
  });
});

describe('Two servers without DATABASE_URL', () => {
  it('in two folders share nothing', async () => {
    const folders = [await temporaryFolder('one'), await temporaryFolder('other')] as const;
    const [one, other] = await Promise.all([start(folders[0]), start(folders[1])]);
    const token = await signInAt(one.url, await signUpAt(one.url));
    expect((await whoAmI(one.url, token)).status).to.equal(200);
    expect((await whoAmI(other.url, token)).body).to.include({ code: 'token_signature_invalid' });
    expect(await Promise.all([one.stop(), other.stop()])).to.deep.equal([0, 0]);
    for (const folder of folders) expect(await postgresProcesses(folder)).to.deep.equal([]);
  });

  it('that start together in one folder share its database, until the last one stops', async () => {
    const folder = await temporaryFolder();
    const [one, other] = await Promise.all([start(folder), start(folder)]);
    const account = await signUpAt(one.url);
    const token = await signInAt(other.url, account);
    expect((await whoAmI(one.url, token)).status).to.equal(200);
    expect(await one.stop()).to.equal(0);
    expect((await whoAmI(other.url, token)).status).to.equal(200);
    await signInAt(other.url, account);
    expect(await other.stop()).to.equal(0);
    expect(await postgresProcesses(folder)).to.deep.equal([]);
  });
});
