import { connect as connectTo, createServer, type Socket } from 'node:net';
import { expect } from 'chai';
import type pg from 'pg';
import type { Sequelize } from 'sequelize';
import { parseConfig } from '../../src/config/config.js';
import { DatabaseReadOnlyError, DatabaseUnavailableError, InvalidInputError } from '../../src/errors.js';
import { connect } from '../../src/db/connection.js';
import { Primary } from '../../src/db/primary.js';
import type { UserRepository } from '../../src/repositories/userRepository.js';
import { connectToDatabase } from '../support/connectToDatabase.js';
import { FaultProxy } from '../support/faultProxy.js';
import { freePort } from '../support/freePort.js';
import { listen } from '../support/listen.js';
import { asSuperuser, createTestDatabase, type TestDatabase } from '../support/testDatabase.js';
import { testStore } from '../support/testStore.js';
import { until } from '../support/until.js';

const id = '01890a5d-ac96-774b-bcce-b302099a8057';
const newUser = { email: 'grace@example.com', passwordHash: 'hash', firstName: 'Grace', lastName: 'Hopper' };

describe('a repository', () => {
  let database: TestDatabase;
  /** A session whose locks block the repository. */
  let other: pg.Client;
  /** A session outside of its transactions. */
  let watcher: pg.Client;
  /** Closes what a test has opened. */
  let release: (() => void) | undefined;
  const opened: Sequelize[] = [];
  before(async () => {
    database = await createTestDatabase();
    other = await connectToDatabase(asSuperuser(database.url));
    watcher = await connectToDatabase(asSuperuser(database.url));
  });
  afterEach(async () => {
    await other.query('ROLLBACK');
    release?.();
    for (const sequelize of opened.splice(0)) await sequelize.close();
  });
  after(async () => {
    await Promise.all([other.end(), watcher.end()]);
    await database.drop();
  });

  function open(url: string, settings: Record<string, string> = {}): Sequelize {
    const sequelize = connect(new Primary(url), parseConfig(settings).database);
    opened.push(sequelize);
    return sequelize;
  }

  /** A repository with a pool of its own, whose updates run in transactions. */
  function repository(url: string, settings: Record<string, string> = {}): UserRepository {
    const store = testStore(open(url, settings));
    store.users.update = (id, changes) => store.transaction(({ users }) => users.update(id, changes));
    return store.users;
  }

  async function openProxy(): Promise<FaultProxy> {
    const proxy = await FaultProxy.before(database.url);
    release = () => proxy.close();
    return proxy;
  }

  async function lockTable(): Promise<void> {
    await other.query('BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE');
  }

  /** The process id of the backend that waits for the lock. */
  async function waitingBackend(): Promise<number> {
    return until(async () => {
      const { rows } = await watcher.query<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return rows[0]?.pid;
    });
  }

  async function refusalOf(work: Promise<unknown>): Promise<unknown> {
    return work.then(
      () => expect.fail('Nothing was thrown.'),
      (error: unknown) => error,
    );
  }

  async function expectError(
    kind: typeof DatabaseUnavailableError | typeof InvalidInputError,
    work: Promise<unknown>,
  ): Promise<void> {
    const error = await refusalOf(work);
    expect(error).to.be.an.instanceOf(kind);
    expect((error as Error).cause).to.be.an('error');
  }
  const expectUnavailable = (work: Promise<unknown>) => expectError(DatabaseUnavailableError, work);

  it('throws InvalidInputError for a value that the database rejects', async () => {
    const users = repository(database.url);
    const refused = [
      () => users.findById('not-a-uuid'),
      () => users.findCredentialById('not-a-uuid'),
      () => users.update(id, { firstName: 'x'.repeat(101) }),
      () => users.insert({ ...newUser, lastName: 'x'.repeat(101) }),
      ...['Upper@example.com', ' left@example.com', 'tab@example.com\t', 'jose\u0301@example.com'].map(
        (email) => () => users.insert({ ...newUser, email }),
      ),
    ];
    const { id } = await users.insert({ ...newUser, email: 'long@example.com' });
    for (const work of refused) await expectError(InvalidInputError, work());
  });

  it('rethrows any other database error unchanged', async () => {
    await other.query('BEGIN; ALTER TABLE users RENAME TO people; COMMIT');
    const error = await refusalOf(repository(database.url).findById(id));
    await other.query('ALTER TABLE people RENAME TO users');
    expect(error).to.have.nested.property('original.code', '42P01');
  });

  it('throws DatabaseUnavailableError after the statement timeout, and works again afterwards', async () => {
    const users = repository(database.url, { DATABASE_STATEMENT_TIMEOUT_MS: '100' });
    await lockTable();
    await expectUnavailable(users.findById(id));
    await expectUnavailable(users.findCredentialByEmail(newUser.email));
    await expectUnavailable(users.insert(newUser));
    await expectUnavailable(users.update(id, { firstName: 'Ada' }));
    await other.query('ROLLBACK');
    expect(await users.findById(id)).to.equal(undefined);
  });

  it('throws DatabaseUnavailableError when a connection ends as soon as it is made, and does not crash', async () => {
    const target = new URL(database.url);
    const fields = ['SFATAL', 'VFATAL', 'C57P01', 'Mgoodbye'].map((field) => `${field}\0`).join('');
    const goodbye = Buffer.from(`E\0\0\0${String.fromCharCode(fields.length + 5)}${fields}\0`, 'latin1');
    const server = createServer((near) => {
      const far = connectTo(Number(target.port), target.hostname);
      for (const socket of [near, far]) socket.on('error', () => undefined);
      near.pipe(far);
      far.on('data', (piece: Buffer) => {
        // ReadyForQuery outside a transaction.
        if (piece.includes('Z\0\0\0\x05I')) near.end(Buffer.concat([piece, goodbye]));
        else near.write(piece);
      });
    });
    release = () => void server.close();
    const { href } = Object.assign(new URL(database.url), { port: String(await listen(server)) });
    const users = repository(href);
    for (let n = 0; n < 5; n += 1) await expectUnavailable(users.findById(id));
  });

  it('throws DatabaseUnavailableError when its connection ends during a query, and gives a waiting caller a new one', async () => {
    const users = repository(database.url, { DATABASE_POOL_MAX: '1' });
    await lockTable();
    const refusal = expectUnavailable(users.findCredentialByEmail(newUser.email));
    const backend = await waitingBackend();
    const next = users.findCredentialByEmail(newUser.email);
    await watcher.query('SELECT pg_terminate_backend($1)', [backend]);
    await refusal;
    await other.query('ROLLBACK');
    expect(await next).to.equal(undefined);
  });

  it('waits twice for a database that falls silent in a transaction: for the statement and for the ROLLBACK', async () => {
    const proxy = await openProxy();
    const sequelize = open(proxy.url, { DATABASE_STATEMENT_TIMEOUT_MS: '50' });
    let silentSince = 0;
    const work = sequelize.transaction(async (transaction) => {
      await sequelize.query('SELECT 1', { transaction });
      proxy.silence();
      silentSince = performance.now();
      await sequelize.query('SELECT 1', { transaction });
    });
    await expectUnavailable(work);
    expect(performance.now() - silentSince).to.be.within(1000, 2900);
  });

  it('throws DatabaseUnavailableError when any answer breaks off, and takes a new connection for the next query', async () => {
    const proxy = await openProxy();
    // The answers of the handshake come first, then those of the session settings, then that of the query.
    for (let answer = 0; answer < 8; answer += 1) {
      const users = repository(proxy.url, { DATABASE_POOL_MAX: '1' });
      proxy.cutAnswers(1, answer);
      await expectUnavailable(users.findById(id));
      expect(await users.findById(id)).to.equal(undefined);
    }
  });

  it('throws DatabaseUnavailableError after the connect timeout when nothing answers', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => sockets.push(socket));
    release = () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    };
    const url = `postgresql://me:secret@127.0.0.1:${await listen(server)}/audit`;
    const users = repository(url, { DATABASE_CONNECT_TIMEOUT_MS: '200' });
    const start = performance.now();
    await expectUnavailable(users.findById(id));
    expect(performance.now() - start).to.be.within(150, 3000);
    expect(sockets).not.to.deep.equal([]);
  });

  it('throws DatabaseReadOnlyError for reads too when the server is read-only', async () => {
    const users = repository(`${database.url}?options=-c%20default_transaction_read_only%3Don`);
    expect(await refusalOf(users.findById(id))).to.be.an.instanceOf(DatabaseReadOnlyError);
  });

  it('lends no connection again that was made before a server refused a write', async () => {
    const sequelize = open(database.url);
    const both = Array.from({ length: 2 }, () => sequelize.query('SELECT pg_sleep(0.1), pg_backend_pid() AS pid'));
    const before = (await Promise.all(both)).map(([rows]) => (rows as { pid: number }[])[0]!.pid);
    const refused = sequelize.transaction(async (transaction) => {
      await sequelize.query('SET TRANSACTION READ ONLY', { transaction });
      await sequelize.query('DELETE FROM users', { transaction });
    });
    expect(await refusalOf(refused)).to.be.an.instanceOf(DatabaseReadOnlyError);
    const again = Array.from({ length: 2 }, () => sequelize.query('SELECT pg_sleep(0.1), pg_backend_pid() AS pid'));
    const after = (await Promise.all(again)).map(([rows]) => (rows as { pid: number }[])[0]!.pid);
    expect(after.filter((pid) => before.includes(pid))).to.deep.equal([]);
  });

  it('throws DatabaseUnavailableError when the database is not there, rejects the password or is read-only', async () => {
    const { port } = new URL(database.url);
    const urls = [
      database.url.replace(port, String(await freePort())),
      Object.assign(new URL(database.url), { password: 'wrong' }).href,
      `${database.url}?options=-c%20default_transaction_read_only%3Don`,
    ];
    for (const url of urls) await expectUnavailable(repository(url).insert(newUser));
  });
});
