import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { QueryTypes, type Sequelize } from 'sequelize';
import { parseConfig } from '../../src/config/config.js';
import { connect, connectForMigrations } from '../../src/db/connection.js';
import { withMigrator } from '../../src/db/database.js';
import { createJobQueue } from '../../src/db/jobQueue.js';
import { Primary } from '../../src/db/primary.js';
import { sessionDefaults } from '../../src/db/sessionDefaults.js';
import { createLogger } from '../../src/observability/logger.js';
import { heldBy, logIn, newAccount } from '../support/accounts.js';
import { query } from '../support/connectToDatabase.js';
import { startTestApp } from '../support/testApp.js';
import {
  administer,
  asRole,
  asSuperuser,
  createRole,
  createTestDatabase,
  type TestDatabase,
} from '../support/testDatabase.js';

/** Other values for everything in `sessionDefaults`, and for the timeouts that the server sets. */
const others = {
  DateStyle: 'German',
  IntervalStyle: 'sql_standard',
  TimeZone: 'Asia/Kathmandu',
  bytea_output: 'escape',
  extra_float_digits: '-5',
  standard_conforming_strings: 'off',
  array_nulls: 'off',
  transform_null_equals: 'on',
  default_transaction_isolation: 'serializable',
  default_transaction_deferrable: 'on',
  lock_timeout: '61s',
  idle_session_timeout: '62s',
  transaction_timeout: '63s',
  statement_timeout: '64s',
  idle_in_transaction_session_timeout: '65s',
};

type Row = Record<string, string | null>;

describe('In a database with other session defaults,', () => {
  const { database: config } = parseConfig({});
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
    const name = new URL(database.url).pathname.slice(1);
    for (const [parameter, value] of Object.entries(others)) {
      await administer(
        `DO $$ BEGIN IF current_setting('${parameter}', true) IS NOT NULL THEN
           ALTER DATABASE ${name} SET ${parameter} TO '${value}'; END IF; END $$`,
        database.url,
      );
    }
  });
  afterEach(() => database.drop());

  const names = Object.keys(others);
  const columns = names.map((name) => `current_setting('${name}', true) AS "${name}"`);
  const settingsSql = `SELECT ${columns.join(', ')}`;

  /** `transaction_timeout` is null before PostgreSQL 17. */
  function expectOurs(row: Row | undefined, statementTimeout: string, idleInTransaction: string): void {
    const timeouts = { statement_timeout: statementTimeout, idle_in_transaction_session_timeout: idleInTransaction };
    expect(row).to.deep.equal({
      ...sessionDefaults,
      ...timeouts,
      ...(row?.['transaction_timeout'] === null && { transaction_timeout: null }),
    });
  }

  async function settingsOf(sequelize: Sequelize): Promise<Row | undefined> {
    const rows = await sequelize.query<Row>(settingsSql, { type: QueryTypes.SELECT });
    await sequelize.close();
    return rows[0];
  }

  it('this test knows another value of each', () => {
    expect(names).to.include.members(Object.keys(sessionDefaults));
    for (const [name, value] of Object.entries(sessionDefaults)) expect(others).not.to.have.property(name, value);
  });

  it('requests have those of the server', async () => {
    expectOurs(await settingsOf(connect(new Primary(database.url), config)), '10s', '20s');
  });

  it('migrations have those of the server, without timeouts', async () => {
    const row = await settingsOf(connectForMigrations(new Primary(database.ownerUrl), config));
    expectOurs(row, '2147483647ms', '2147483647ms');
  });

  it('jobs have those of the server', async () => {
    const boss = createJobQueue(new Primary(database.url), config);
    const { rows }: { rows: Row[] } = await boss.getDb().executeSql(settingsSql, []);
    boss.emit('stopped');
    expectOurs(rows[0], '10s', '20s');
  });

  it('people sign up, log in and see when they did', async () => {
    const app = await startTestApp({ DATABASE_URL: database.url });
    try {
      const person = newAccount();
      expect((await app.call('signUp', { body: person })).status).to.equal(201);
      const { token } = heldBy(await logIn(app, person));
      const response = await app.call('listSessions', { token });
      const [session] = (response.body as { items: { created_at: string }[] }).items;
      expect(Date.now() - Date.parse(session!.created_at)).to.be.within(-1000, 60_000);
    } finally {
      await app.close();
    }
  });
});

describe('Migrations store the session defaults', () => {
  const logger = createLogger({ env: 'test', logLevel: 'critical' });
  let database: TestDatabase;
  let role: Awaited<ReturnType<typeof createRole>>;
  beforeEach(async () => {
    database = await createTestDatabase();
    role = await createRole();
  });
  afterEach(async () => {
    await database.drop();
    await role.drop();
  });

  async function stored(): Promise<string[]> {
    const sql = `
      SELECT format('%s: %s', setrole::regrole, unnest(setconfig)) AS line FROM pg_db_role_setting
      JOIN pg_database ON pg_database.oid = setdatabase WHERE datname = current_database()`;
    return (await query<{ line: string }>(asSuperuser(database.url), sql)).map(({ line }) => line);
  }
  const migrateAs = (ownerUrl: string | undefined, url: string) =>
    withMigrator(url, parseConfig({ DATABASE_URL: url, MIGRATION_DATABASE_URL: ownerUrl }), logger, (migrator) =>
      migrator.up(),
    );

  it('for the role that migrates and serves', async () => {
    await migrateAs(undefined, database.ownerUrl);
    expect(await stored()).to.include.members(['test_owner: DateStyle=ISO, MDY', 'test_owner: lock_timeout=0']);
  });

  it("for the server's role, where the role that migrates may", async () => {
    await migrateAs(asSuperuser(database.url), asRole(role.name, database.url));
    const lines = await stored();
    expect(lines).to.include(`"${role.name}": default_transaction_isolation=read committed`);
    expect(lines.every((line) => line.startsWith(`"${role.name}": `))).to.equal(true);
  });

  it('and go on where it may not', async () => {
    expect(await migrateAs(database.ownerUrl, asRole(role.name, database.url))).to.deep.equal([]);
    expect(await stored()).to.deep.equal([]);
    expect(await query(asRole(role.name, database.url), 'SELECT count(*)::int FROM users')).to.deep.equal([
      { count: 0 },
    ]);
  });

  it('that the operations guide lists', async () => {
    const guide = await readFile('docs/operations.md', 'utf8');
    const listed = [...guide.matchAll(/^ALTER ROLE smart_audit_api IN DATABASE smart_audit SET (\w+) = '(.*)';/gm)];
    expect(Object.fromEntries(listed.map(([, name, value]) => [name, value]))).to.deep.equal(sessionDefaults);
  });
});
