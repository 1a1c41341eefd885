import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import supertest from 'supertest';
import { makeCertificate } from '../support/certificate.js';
import { connectToDatabase } from '../support/connectToDatabase.js';
import { FaultProxy } from '../support/faultProxy.js';
import { serverFixture } from '../support/serverFixture.js';
import type { ServerProcess } from '../support/serverProcess.js';
import { temporaryFolder } from '../support/temporaryFolder.js';
import { until } from '../support/until.js';
import { signInAt, signUpAt, whoAmI } from '../support/visitor.js';

describe('The server in production', () => {
  const servers = serverFixture({ migrated: false, isShared: true });
  let server: ServerProcess;
  before(async () => (server = await servers.start()));

  it('creates the tables of an empty database, and is ready when it logs its URL', async () => {
    expect((await supertest(server.url).get('/health/ready')).status).to.equal(200);
  });

  it('lets people sign up and log in', async () => {
    const account = await signUpAt(server.url);
    const response = await whoAmI(server.url, await signInAt(server.url, account));
    expect(response.status).to.equal(200);
    expect(response.body).to.include({ email: account.email });
  });

  it('sends HSTS', async () => {
    const response = await supertest(server.url).get('/health/live');
    expect(response.headers['strict-transport-security']).to.equal('max-age=31536000');
  });

  it('listens on every interface with HOST=::', async () => {
    const other = await servers.start({ HOST: '::' });
    expect(other.url).to.match(/^http:\/\/localhost:\d+$/);
    const addresses = Object.values(networkInterfaces()).flatMap((each = []) => each);
    for (const { family, address } of addresses.filter(({ internal }) => internal)) {
      const url = other.url.replace('localhost', family === 'IPv6' ? `[${address}]` : address);
      await signInAt(url, await signUpAt(url));
      await other.wrote(new RegExp(`"event":"signed_in".*"ip":"${address}"`));
    }
    expect(await other.stop()).to.equal(0);
  });

  it('logs one JSON object a line, with time, level and message, and no secret', async () => {
    expect(await server.stop()).to.equal(0);
    const lines = server.output().trimEnd().split('\n');
    expect(lines).to.have.length.above(4);
    for (const line of lines) {
      const entry = JSON.parse(line) as { time: string; level: string; msg: string };
      expect(new Date(entry.time).toISOString(), line).to.equal(entry.time);
      expect(entry.level, line).to.be.oneOf(['info', 'warning']);
      expect(entry.msg, line).to.be.a('string').with.length.above(0);
    }
    expect(server.output()).not.to.contain(servers.settings['SECRET_KEY']);
    expect(server.output()).not.to.contain(new URL(servers.database.url).password);
  });
});

describe('A server whose database is slow or silent', () => {
  const servers = serverFixture({ isShared: true });
  let proxy: FaultProxy;
  before(async () => (proxy = await FaultProxy.before(servers.database.url)));
  after(() => proxy.close());

  it('waits longer for the first answer than for any other', async () => {
    const locker = await connectToDatabase(servers.database.ownerUrl);
    await locker.query('BEGIN; LOCK TABLE "SequelizeMeta"');
    const starting = servers.start({ DATABASE_STATEMENT_TIMEOUT_MS: '500' });
    await until(async () => {
      const { rowCount } = await locker.query(
        "SELECT FROM pg_locks WHERE relation = '\"SequelizeMeta\"'::regclass AND clock_timestamp() - waitstart > '1 s'",
      );
      return rowCount === 1;
    }).finally(() => locker.end());
    expect((await supertest((await starting).url).get('/health/ready')).status).to.equal(200);
  });

  it('logs a failed rollback as JSON, though Sequelize writes it to the console', async () => {
    const server = await servers.start({ DATABASE_URL: proxy.url, DATABASE_STATEMENT_TIMEOUT_MS: '500' });
    const token = await signInAt(server.url, await signUpAt(server.url));
    proxy.silenceAt('DELETE FROM "sessions"');
    const { status } = await supertest(server.url).post('/auth/logout').set('Authorization', `Bearer ${token}`);
    expect(status).to.equal(503);
    const [line] = await server.wrote(/^.*Rolling back transaction.*$/m);
    const { level, msg } = JSON.parse(line) as { level: string; msg: string };
    expect(level).to.equal('warning');
    expect(msg).to.match(/timeout|terminated|not queryable/i);
  });
});

describe('Three servers that start together on one empty database', () => {
  const servers = serverFixture({ migrated: false });

  it('are all ready, and one of them has migrated it', async () => {
    const all = await Promise.all([servers.start(), servers.start(), servers.start()]);
    for (const { url } of all) expect((await supertest(url).get('/health/ready')).status).to.equal(200);
    expect(all.filter((server) => server.output().includes('Migration migrated'))).to.have.length(1);
  });
});

describe('A server with a certificate', () => {
  const servers = serverFixture();

  it('speaks HTTPS, and takes its files from the working directory', async () => {
    const folder = await temporaryFolder();
    const files = await makeCertificate(folder);
    const server = await servers.start(files, folder);
    expect(server.url).to.match(/^https:\/\/localhost:\d+$/);
    const certificate = await readFile(join(folder, files.TLS_CERT_FILE));
    const response = await supertest(server.url).get('/health/live').ca(certificate);
    expect([response.status, response.body]).to.deep.equal([200, { status: 'ok' }]);
  });
});
