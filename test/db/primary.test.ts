import { createServer, type Server, type Socket } from 'node:net';
import { expect } from 'chai';
import { parseConfig } from '../../src/config/config.js';
import { connect } from '../../src/db/connection.js';
import { createJobQueue } from '../../src/db/jobQueue.js';
import { pendingOnPrimary } from '../../src/db/migrationStatus.js';
import { Primary } from '../../src/db/primary.js';
import { DatabaseReadOnlyError } from '../../src/errors.js';
import { freePort } from '../support/freePort.js';
import { listen } from '../support/listen.js';
import { createTestDatabase, type TestDatabase } from '../support/testDatabase.js';

const { database: config } = parseConfig({ DATABASE_POOL_MAX: '1' });

describe('The primary', () => {
  let database: TestDatabase;
  let silent: Server;
  const sockets: Socket[] = [];
  before(async () => {
    database = await createTestDatabase();
    silent = createServer((socket) => sockets.push(socket));
  });
  after(async () => {
    for (const socket of sockets) socket.destroy();
    silent.close();
    await database.drop();
  });

  /** The URL of the database with hosts before its own. */
  function withHosts(...hosts: string[]): string {
    const { host } = new URL(database.url);
    return database.url.replace(host, [...hosts, host].join(','));
  }

  it('is found at once beside hosts that refuse connections or never answer', async () => {
    const url = withHosts(`127.0.0.1:${await freePort()}`, `127.0.0.1:${await listen(silent)}`);
    const start = performance.now();
    const located = await new Primary(url).locate();
    expect(performance.now() - start).to.be.below(1500);
    expect(String(located?.port)).to.equal(new URL(database.url).port);
  });

  it('is reported missing with the reason of a host that refuses, rather than that of a standby', async () => {
    const message = Buffer.from('SFATAL\0VFATAL\0C53300\0Mtoo many clients\0\0');
    const refusing = createServer((socket) => {
      const head = Buffer.from('E\0\0\0\0');
      head.writeInt32BE(message.length + 4, 1);
      socket.on('error', () => undefined).end(Buffer.concat([head, message]));
    });
    const readOnly = '?options=-c%20default_transaction_read_only%3Don';
    const codeOf = async (url: string): Promise<unknown> =>
      new Primary(url + readOnly).locate().catch((error: unknown) => (error as NodeJS.ErrnoException).code);
    expect(await codeOf(withHosts(`127.0.0.1:${await listen(refusing)}`))).to.equal('53300');
    expect(await codeOf(withHosts(`127.0.0.1:${await freePort()}`))).to.equal('25006');
    refusing.close();
  });

  it('is looked for once by connections that are made at the same time', async () => {
    const primary = new Primary(withHosts(`127.0.0.1:${await freePort()}`));
    expect(primary.locate()).to.equal(primary.locate());
    const sequelize = connect(primary, parseConfig({}).database);
    const answers = await Promise.all(Array.from({ length: 5 }, () => sequelize.query('SELECT 1 AS one')));
    expect(answers.map(([rows]) => rows)).to.deep.equal(Array(5).fill([{ one: 1 }]));
    await sequelize.close();
  });

  it('is not ready when the server of an open connection has become read-only', async () => {
    const sequelize = connect(new Primary(database.url), config);
    expect(await pendingOnPrimary(sequelize)).to.deep.equal([]);
    await sequelize.query('SET default_transaction_read_only = on');
    const error: unknown = await pendingOnPrimary(sequelize).catch((thrown: unknown) => thrown);
    expect(error).to.be.an.instanceOf(DatabaseReadOnlyError);
    await sequelize.close();
  });

  it('is served by new connections of the job queue after it has been left', async () => {
    const primary = new Primary(database.url);
    const boss = createJobQueue(primary, config);
    const backend = async (): Promise<unknown> => {
      const { rows }: { rows: { pid: number }[] } = await boss.getDb().executeSql('SELECT pg_backend_pid() AS pid', []);
      return rows[0]?.pid;
    };
    const first = await backend();
    expect(await backend()).to.equal(first);
    primary.leave();
    const second = await backend();
    expect(second).not.to.equal(first);
    expect(await backend()).to.equal(second);
    boss.emit('stopped');
  });
});
