import { connect as connectTo, createServer, type Server } from 'node:net';
import { chmod } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect } from 'chai';
import { serverFixture } from '../support/serverFixture.js';
import { temporaryFolder } from '../support/temporaryFolder.js';
import { runBuilt } from '../support/runProgram.js';
import { signInAt, signUpAt, whoAmI } from '../support/visitor.js';

describe('A database that DATABASE_URL names by', () => {
  const servers = serverFixture();
  const forwarders: Server[] = [];
  afterEach(() => {
    for (const forwarder of forwarders.splice(0)) forwarder.close();
  });

  /** Leads connections from another address to the database. */
  async function forwardFrom(address: { path: string } | { host: string; port: number }): Promise<Server> {
    const { hostname, port } = new URL(servers.database.url);
    const forwarder = createServer((near) => {
      const far = connectTo(Number(port), hostname);
      for (const socket of [near, far]) socket.on('error', () => undefined);
      near.pipe(far).pipe(near);
    });
    forwarders.push(forwarder);
    await once(forwarder.listen(address), 'listening');
    return forwarder;
  }

  async function expectService(databaseUrl: string): Promise<void> {
    const { url } = await servers.start({ DATABASE_URL: databaseUrl });
    expect((await fetch(`${url}/health/ready`)).status).to.equal(200);
    const account = await signUpAt(url);
    expect((await whoAmI(url, await signInAt(url, account))).status).to.equal(200);
    const migrations = await runBuilt('migrate', ['status'], { DATABASE_URL: databaseUrl });
    expect(migrations.stdout, migrations.stderr).to.match(/^Applied: [1-9]/);
  }

  async function socketFolder(): Promise<string> {
    const folder = await temporaryFolder('of sockets');
    const path = join(folder, '.s.PGSQL.5432');
    await forwardFrom({ path });
    await chmod(path, 0o777);
    return folder;
  }

  for (const [what, urlFor] of [
    ['the host', (folder, { pathname }) => `${encodeURIComponent(folder)}:5432${pathname}`],
    ['the parameter host', (folder, { pathname }) => `${pathname}?host=${encodeURIComponent(folder)}`],
  ] satisfies [what: string, urlFor: (folder: string, url: URL) => string][]) {
    it(`a socket in ${what} serves requests, jobs and migrations`, async () => {
      const url = new URL(servers.database.url);
      const rest = urlFor(await socketFolder(), url);
      await expectService(`postgresql://${url.username}:${url.password}@${rest}`);
    });
  }

  it('an IPv6 address serves requests, jobs and migrations', async function () {
    const forwarder = await forwardFrom({ host: '::1', port: 0 }).catch(() => undefined);
    if (!forwarder) return this.skip();
    const { port } = forwarder.address() as { port: number };
    const { username, password, pathname } = new URL(servers.database.url);
    await expectService(`postgresql://${username}:${password}@[::1]:${port}${pathname}`);
  });
});
