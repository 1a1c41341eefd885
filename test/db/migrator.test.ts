import { readdir } from 'node:fs/promises';
import { expect } from 'chai';
import type pg from 'pg';
import type { Sequelize } from 'sequelize';
import { parseConfig } from '../../src/config/config.js';
import { createLogger } from '../../src/observability/logger.js';
import { connectForMigrations } from '../../src/db/connection.js';
import { Primary } from '../../src/db/primary.js';
import { DatabaseUnreachableError, withMigrator } from '../../src/db/database.js';
import { pendingMigrations } from '../../src/db/migrationStatus.js';
import { Migrator } from '../../src/db/migrator.js';
import { connectToDatabase } from '../support/connectToDatabase.js';
import { runProgram, type Outcome } from '../support/runProgram.js';
import { createTestDatabase, type TestDatabase } from '../support/testDatabase.js';
import { until } from '../support/until.js';

const settings = parseConfig({}).database;
const logger = createLogger({ env: 'test', logLevel: 'critical' });
const all = (await readdir('src/db/migrations')).filter((file) => file.endsWith('.cjs')).sort();

describe('the migrations', () => {
  let database: TestDatabase;
  let client: pg.Client;
  let pools: Sequelize[];
  beforeEach(async () => {
    database = await createTestDatabase({ migrated: false });
    client = await connectToDatabase(database.url);
    pools = [];
  });
  afterEach(async () => {
    for (const pool of pools) await pool.close();
    await client.end();
    await database.drop();
  });

  /** A migrator with its own connections, as an instance of the server has. */
  function instance(): Migrator {
    const pool = connectForMigrations(new Primary(database.url), settings);
    pools.push(pool);
    return new Migrator(pool, logger);
  }

  async function names(sql: string): Promise<string[]> {
    return (await client.query<{ name: string }>(sql)).rows.map(({ name }) => name);
  }
  const tables = () => names(`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`);
  const journal = () => names('SELECT name FROM "SequelizeMeta" ORDER BY 1');

  /** Resolves when a session waits for a lock of this type. */
  async function untilOneWaits(locktype: 'transactionid' | 'advisory'): Promise<void> {
    const sql = `SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)
      WHERE datname = current_database() AND NOT granted AND locktype = '${locktype}'`;
    await until(async () => (await client.query(sql)).rowCount === 1);
  }

  /** Makes the first migration wait until the connection ends, which rolls this back. */
  async function blockFirstMigration(): Promise<pg.Client> {
    const blocker = await connectToDatabase(database.url);
    await blocker.query('BEGIN; CREATE TABLE users (id int)');
    return blocker;
  }

  it('are all applied, each once', async () => {
    const migrator = instance();
    expect(await migrator.status()).to.deep.equal({ applied: [], pending: all });
    expect(await migrator.up()).to.deep.equal(all);
    expect(await migrator.status()).to.deep.equal({ applied: all, pending: [] });
    expect(await migrator.up()).to.deep.equal([]);
    expect(await tables()).to.include('users');
  });

  it('go down one by one or all at once, and up again', async () => {
    const migrator = instance();
    await migrator.up();
    expect(await migrator.down()).to.deep.equal(all.slice(-1));
    await migrator.up();
    expect(await migrator.down(true)).to.deep.equal([...all].reverse());
    expect(await tables()).to.deep.equal(['SequelizeMeta']);
    expect(await migrator.down()).to.deep.equal([]);
    expect(await migrator.up()).to.deep.equal(all);
  });

  it('are each applied once when ten instances start at once on an empty database', async () => {
    const applied = await Promise.all(Array.from({ length: 10 }, () => instance().up()));
    expect(applied.flat().sort()).to.deep.equal(all);
    expect(await journal()).to.deep.equal(all);
  });

  it('are applied by one instance while another waits and then has nothing to do', async () => {
    const blocker = await blockFirstMigration();
    const first = instance().up();
    await untilOneWaits('transactionid');
    const second = instance().up();
    await untilOneWaits('advisory');
    await blocker.end();
    expect(await first).to.deep.equal(all);
    expect(await second).to.deep.equal([]);
  });

  it('are applied by the next instance when the one that applied them dies', async () => {
    const blocker = await blockFirstMigration();
    const first = instance()
      .up()
      .catch((error: unknown) => error);
    await untilOneWaits('transactionid');
    const second = instance().up();
    await untilOneWaits('advisory');
    await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'smart-audit-api migrations'
         AND wait_event IS DISTINCT FROM 'advisory'`,
    );
    expect(await first).to.be.an('error');
    await blocker.end();
    expect(await second).to.deep.equal(all);
    expect(await journal()).to.deep.equal(all);
  });

  it('leave nothing behind when one of them fails, and are applied when the cause is removed', async () => {
    await client.query('CREATE TABLE users (id int)');
    const error = await instance()
      .up()
      .catch((thrown: unknown) => thrown);
    expect(error).to.be.an('error').with.property('message').that.contains('users');
    expect(await journal()).to.deep.equal([]);
    await client.query('DROP TABLE users');
    expect(await instance().up()).to.deep.equal(all);
  });

  it('are pending or not, as the status of a database says', async () => {
    const migrator = instance();
    const pool = pools[0]!;
    expect(await pendingMigrations(pool).catch((error: unknown) => error)).to.be.an('error');
    await migrator.up();
    expect(await pendingMigrations(pool)).to.deep.equal([]);
    await migrator.down();
    expect(await pendingMigrations(pool)).to.deep.equal(all.slice(-1));
  });

  it('work with sequelize-cli', async () => {
    const cli = (command: string): Promise<Outcome> => {
      const env = { ...process.env, DATABASE_URL: database.url };
      return runProgram(process.execPath, ['node_modules/sequelize-cli/lib/sequelize', command], { env });
    };
    const migrator = instance();
    await migrator.up();
    const { stdout } = await cli('db:migrate:status');
    for (const name of all) expect(stdout).to.contain(`up ${name}`);
    await cli('db:migrate:undo:all');
    expect(await migrator.status()).to.deep.equal({ applied: [], pending: all });
    await cli('db:migrate');
    expect(await migrator.status()).to.deep.equal({ applied: all, pending: [] });
  });
});

describe('a database that does not answer', () => {
  it('is named without its password, with advice', async () => {
    const url = 'postgresql://me:sesame@127.0.0.1:1/audit';
    const error = await withMigrator(url, parseConfig({}), logger, (migrator) => migrator.up()).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).to.be.an.instanceOf(DatabaseUnreachableError);
    const { message } = error as Error;
    expect(message).to.contain('127.0.0.1:1/audit').and.contain('correct DATABASE_URL').and.not.contain('sesame');
  });
});
