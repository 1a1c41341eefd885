import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import pg from 'pg';
import supertest from 'supertest';
import { makeCertificate } from '../support/certificate.js';
import { FaultProxy } from '../support/faultProxy.js';
import { productionSettings, startServer, stopServers, type ServerProcess } from '../support/serverProcess.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporaryFolder.js';
import { createTestDatabase, type TestDatabase } from '../support/testDatabase.js';
import { until } from '../support/until.js';
import { signInAt, signUpAt, whoAmI } from '../support/visitor.js';

describe('The server in production', () => {
  let database: TestDatabase;
  let server: ServerProcess;

  before(async () => {
    database = await createTestDatabase({ migrated: false });
    server = await startServer({ folder: await temporaryFolder(), settings: productionSettings(database.url) });
  });
  after(async () => {
    await stopServers();
    await removeTemporaryFolders();
    await database.drop();
  });

  it('makes the tables of an empty database, and is ready when it says where it listens', async () => {
    const { status } = await supertest(server.url).get('/health/ready');
    expect(status).to.equal(200);
  });

  it('signs people up and in', async () => {
    const account = await signUpAt(server.url);
    const response = await whoAmI(server.url, await signInAt(server.url, account));
    expect(response.status).to.equal(200);
    expect(response.body).to.include({ email: account.email });
  });

  it('tells browsers to come back with HTTPS only', async () => {
    const response = await supertest(server.url).get('/health/live');
    expect(response.headers['strict-transport-security']).to.equal('max-age=31536000; includeSubDomains');
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
    const { SECRET_KEY } = productionSettings(database.url);
    expect(server.output()).not.to.contain(SECRET_KEY);
    expect(server.output()).not.to.contain(new URL(database.url).password);
  });
});

describe('A server whose database is slow or silent', () => {
  let database: TestDatabase;
  let proxy: FaultProxy;
  before(async () => {
    database = await createTestDatabase();
    proxy = await FaultProxy.before(database.url);
  });
  after(async () => {
    await stopServers();
    await removeTemporaryFolders();
    proxy.close();
    await database.drop();
  });

  it('starts though the first answer takes longer than any other may', async () => {
    const locker = new pg.Client({ connectionString: database.ownerUrl });
    await locker.connect();
    await locker.query('BEGIN; LOCK TABLE "SequelizeMeta"');
    const settings = { ...productionSettings(database.url), DATABASE_STATEMENT_TIMEOUT_MS: '500' };
    const starting = startServer({ folder: await temporaryFolder(), settings });
    await until(async () => {
      const { rowCount } = await locker.query(
        "SELECT FROM pg_locks WHERE relation = '\"SequelizeMeta\"'::regclass AND clock_timestamp() - waitstart > '1 s'",
      );
      return rowCount === 1;
    }).finally(() => locker.end());
    expect((await supertest((await starting).url).get('/health/ready')).status).to.equal(200);
  });

  it('logs as JSON what is silent in a transaction, though Sequelize writes that to the console', async () => {
    const settings = { ...productionSettings(proxy.url), DATABASE_STATEMENT_TIMEOUT_MS: '500' };
    const server = await startServer({ folder: await temporaryFolder(), settings });
    const token = await signInAt(server.url, await signUpAt(server.url));
    proxy.silenceAt('DELETE FROM "sessions"');
    const { status } = await supertest(server.url).post('/auth/logout').set('Authorization', `Bearer ${token}`);
    expect(status).to.equal(503);
    const [line] = await server.wrote(/^.*Rolling back transaction.*$/m);
    expect(JSON.parse(line)).to.include({ level: 'warning' });
  });
});

describe('Three servers that start together on one empty database', () => {
  let database: TestDatabase;
  before(async () => (database = await createTestDatabase({ migrated: false })));
  after(async () => {
    await stopServers();
    await removeTemporaryFolders();
    await database.drop();
  });

  it('are all ready, and one of them has migrated it', async () => {
    const folder = await temporaryFolder();
    const start = (): Promise<ServerProcess> => startServer({ folder, settings: productionSettings(database.url) });
    const servers = await Promise.all([start(), start(), start()]);
    for (const { url } of servers) expect((await supertest(url).get('/health/ready')).status).to.equal(200);
    expect(servers.filter((server) => server.output().includes('Migration migrated'))).to.have.length(1);

    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query<{ name: string }>('SELECT name FROM "SequelizeMeta"');
    await client.end();
    expect(rows.map(({ name }) => name)).to.include('20261122093000-create-users.cjs');
  });
});

describe('A server with a certificate', () => {
  let database: TestDatabase;
  before(async () => (database = await createTestDatabase()));
  after(async () => {
    await stopServers();
    await removeTemporaryFolders();
    await database.drop();
  });

  it('speaks HTTPS, and takes its files from the working directory', async () => {
    const folder = await temporaryFolder();
    const files = await makeCertificate(folder);
    const server = await startServer({ folder, settings: { ...productionSettings(database.url), ...files } });
    expect(server.url).to.match(/^https:\/\/localhost:\d+$/);
    const certificate = await readFile(join(folder, files.TLS_CERT_FILE));
    const response = await supertest(server.url).get('/health/live').ca(certificate);
    expect(response.status).to.equal(200);
    expect(response.body).to.deep.equal({ status: 'ok' });
    expect(await server.stop()).to.equal(0);
  });
});
