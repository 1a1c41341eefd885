import { Writable } from 'node:stream';
import { expect } from 'chai';
import type pg from 'pg';
import PgBoss from 'pg-boss';
import supertest from 'supertest';
import { parseConfig } from '../../src/config/config.js';
import { createLogger } from '../../src/observability/logger.js';
import { StartError } from '../../src/startError.js';
import { prepareSchema } from '../../src/db/database.js';
import { runtimePrivileges } from '../../src/db/runtimePrivileges.js';
import { expectStatus, liveAccountLife } from '../support/accountLife.js';
import { heldBy, newAccount } from '../support/accounts.js';
import { connectToDatabase, onDatabase, query } from '../support/connectToDatabase.js';
import { MailServer } from '../support/mailServer.js';
import { runBuilt, runProgram } from '../support/runProgram.js';
import { tidyUp } from '../support/serverFixture.js';
import { failedStart, productionSettings, startServer } from '../support/serverProcess.js';
import { temporaryFolder } from '../support/temporaryFolder.js';
import {
  administer,
  asRole,
  asSuperuser,
  createRole,
  createTestDatabase,
  type TestDatabase,
} from '../support/testDatabase.js';
import { until } from '../support/until.js';
import { signInAt, signUpAt } from '../support/visitor.js';

type Settings = Record<string, string>;

async function migrate(word: string, settings: Settings): Promise<string> {
  const { code, stdout, stderr } = await runBuilt('migrate', [word], settings);
  expect(code, stderr).to.equal(0);
  return stdout;
}

/** Prepares the database as a start does, in this process, and returns the warnings. */
async function prepared(settings: Settings): Promise<string[]> {
  const config = parseConfig(settings);
  const lines: string[] = [];
  const destination = new Writable({
    write(line: Buffer, _encoding, done) {
      lines.push((JSON.parse(line.toString('utf8')) as { level: string; msg: string }).msg);
      done();
    },
  });
  const logger = createLogger({ ...config, logLevel: 'warning' }, destination);
  await prepareSchema(config.databaseUrl!, config, logger);
  return lines;
}

/** The reason why a start fails, in this process. */
async function complaint(settings: Settings): Promise<string> {
  const error = await prepared(settings).catch((thrown: unknown) => thrown);
  expect(error).to.be.an.instanceOf(StartError);
  return (error as StartError).message;
}

/** The SQLSTATE with which PostgreSQL refuses SQL; undefined if it does not. */
async function refusal(client: pg.Client, sql: string): Promise<string | undefined> {
  await client.query('BEGIN');
  try {
    await client.query(sql);
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  } finally {
    await client.query('ROLLBACK');
  }
}

describe('A server and the owner of its tables, as two roles,', () => {
  let role: Awaited<ReturnType<typeof createRole>>;
  let database: TestDatabase;
  /** With the role of the server only. */
  let settings: Settings;
  let withOwner: Settings;
  before(async () => {
    role = await createRole();
    database = await createTestDatabase({ migrated: false });
    // Before PostgreSQL 15 the schema belongs to a superuser, and all may create tables in it.
    const asSince15 = 'ALTER SCHEMA public OWNER TO pg_database_owner; REVOKE CREATE ON SCHEMA public FROM PUBLIC';
    await administer(asSince15, database.url);
    settings = { ...productionSettings(asRole(role.name, database.ownerUrl)), MIGRATE_ON_START: 'false' };
    withOwner = { ...settings, MIGRATION_DATABASE_URL: database.ownerUrl, MIGRATE_ON_START: 'true' };
  });
  after(async () => {
    await database.drop();
    await role.drop();
  });
  afterEach(tidyUp);

  /** All privileges in the database: on its relations, columns, schemas and functions. */
  async function privileges(): Promise<string[]> {
    const rows = await query<{ line: string }>(
      asSuperuser(database.url),
      `SELECT format('%s: %s may %s', object, coalesce(nullif(grantee, 0)::regrole::text, 'PUBLIC'), privilege_type) AS line
       FROM (
         SELECT oid::regclass::text AS object, coalesce(relacl, acldefault('r', relowner)) AS acl FROM pg_class
         WHERE relnamespace IN ('public'::regnamespace, 'pgboss'::regnamespace) AND relkind IN ('r', 'p')
         UNION ALL SELECT attrelid::regclass || '.' || attname, attacl FROM pg_attribute
         WHERE attrelid >= 16384 AND attacl IS NOT NULL AND NOT attisdropped
         UNION ALL SELECT nspname, nspacl FROM pg_namespace WHERE nspname IN ('public', 'pgboss')
         UNION ALL SELECT datname, coalesce(datacl, acldefault('d', datdba)) FROM pg_database
         WHERE datname = current_database()
         UNION ALL SELECT proname, coalesce(proacl, acldefault('f', proowner)) FROM pg_proc
         WHERE pronamespace = 'pgboss'::regnamespace
       ) objects, aclexplode(acl) ORDER BY 1`,
    );
    return rows.map(({ line }) => line);
  }

  it('does not start before the owner has migrated, and says what is missing and what to run', async () => {
    const { exitCode, output } = await failedStart({ folder: await temporaryFolder(), settings });
    expect(exitCode, output).to.equal(1);
    expect(output)
      .to.match(/"critical".*lacks migrations of this version: all of them\..*node dist\/migrate\.js up/)
      .and.contain('MIGRATE_ON_START');
  });

  it('does not start where it is to migrate and cannot, and says whose work that is', async () => {
    expect(await complaint({ ...settings, MIGRATE_ON_START: 'true' }))
      .to.match(/^DATABASE_URL: its role may not .*permission denied/)
      .and.contain('MIGRATION_DATABASE_URL');
  });

  it('starts on what the owner has migrated, without a warning', async () => {
    expect(await migrate('up', withOwner)).to.match(/^Applied: \d+\n/);
    expect(await prepared(settings)).to.deep.equal([]);
    expect(await prepared({ ...settings, MIGRATE_ON_START: 'true' }), 'nothing is pending').to.deep.equal([]);
  });

  it('migrates as the owner in the one process that starts workers, whose environment does not name the owner', async () => {
    await migrate('down', withOwner);
    const server = await startServer({ folder: await temporaryFolder(), settings: { ...withOwner, WORKERS: '2' } });
    await server.wrote(/(Worker ready[^]*){2}/);
    const ids = server.lines('Worker ready').map(({ pid }) => String(pid));
    const environment = async (id: string): Promise<string> =>
      (await runProgram('ps', ['eww', '-o', 'command=', '-p', id])).stdout;
    expect(await environment(String(server.processId))).to.contain('MIGRATION_DATABASE_URL');
    for (const id of ids) {
      expect(await environment(id))
        .to.contain(' DATABASE_URL=')
        .and.not.contain('MIGRATION_DATABASE_URL');
    }
    expect(server.output()).not.to.contain(new URL(database.ownerUrl).password);
  });

  it('serves the whole life of an account, with its mails and an administrator', async () => {
    const mails = await MailServer.start();
    const folder = await temporaryFolder();
    const server = await startServer({ folder, settings: { ...settings, SMTP_URL: mails.url } });
    await liveAccountLife(server.url, mails);

    const api = supertest(server.url);
    const { email, password } = newAccount();
    const { code, stdout, stderr } = await runBuilt('admin', ['create-admin', email], settings);
    expect(code, stderr).to.equal(0);
    const [, link] = /#token=(\S+)$/m.exec(stdout)!;
    await expectStatus(200, api.post('/auth/reset-password'), '', { token: link, password });
    const admin = await signInAt(server.url, { ...newAccount(), email, password });
    const account = await signUpAt(server.url);
    const logIn = { email: account.email, password: account.password };
    const person = heldBy(await expectStatus(200, api.post('/auth/login'), '', logIn));
    const path = `/api/v1/users/${person.id}`;
    await expectStatus(200, api.get('/api/v1/users'), admin);
    await expectStatus(200, api.patch(path), admin, { role: 'admin' });
    await expectStatus(204, api.post(`${path}/revoke-sessions`), admin);
    await expectStatus(401, api.get('/api/v1/users/me'), person.token);
    expect(server.output()).not.to.match(/"level":"(error|critical)"|permission denied/);
    await mails.close();
  });

  it('keeps the schedule, and repeats, archives and forgets jobs', async () => {
    const connectionString = settings['DATABASE_URL']!;
    const boss = new PgBoss({
      connectionString,
      migrate: false,
      maintenanceIntervalSeconds: 1,
      cronMonitorIntervalSeconds: 1,
    });
    const errors: Error[] = [];
    boss.on('error', (error) => errors.push(error));
    await onDatabase(asSuperuser(database.url), async (client) => {
      await client.query(`UPDATE pgboss.version SET cron_on = NULL, maintained_on = NULL`);
      await client.query(`INSERT INTO pgboss.job (name, state) VALUES ('mail', 'cancelled')`);
      await client.query(`WITH old AS (DELETE FROM pgboss.job WHERE state = 'cancelled' RETURNING *)
        INSERT INTO pgboss.archive SELECT *, now() - interval '1 year' FROM old`);
      await client.query(`INSERT INTO pgboss.job (name, state, started_on, completed_on, retry_limit) VALUES
        ('mail', 'active', now() - interval '1 day', NULL, 1),
        ('mail', 'active', now() - interval '1 day', NULL, 0),
        ('mail', 'completed', now() - interval '2 days', now() - interval '2 days', 0)`);
      const states = async (table: string): Promise<unknown[]> =>
        (
          await client.query<{ state: string }>(
            `SELECT state FROM pgboss.${table} WHERE name = 'mail' AND data IS NULL ORDER BY 1`,
          )
        ).rows.map(({ state }) => state);
      await boss.start();
      await boss.schedule('clean-up', '* * * * *');
      await until(async () => (await states('archive')).join() === 'completed');
      expect(await states('job')).to.deep.equal(['retry', 'failed']);
      await until(async () => (await client.query(`SELECT FROM pgboss.job WHERE name = 'clean-up'`)).rowCount! > 0);
      await client.query('DELETE FROM pgboss.job; DELETE FROM pgboss.archive');
    });
    await boss.stop({ graceful: false });
    expect(errors).to.deep.equal([]);
  });

  describe('of which the server', () => {
    let client: pg.Client;
    before(async () => (client = await connectToDatabase(settings['DATABASE_URL']!)));
    after(() => client.end());

    for (const sql of [
      'CREATE TABLE own (id int)',
      'CREATE TABLE pgboss.own (id int)',
      'CREATE TEMPORARY TABLE own (id int)',
      'CREATE SCHEMA own',
      'CREATE EXTENSION pgcrypto',
      'CREATE ROLE other',
      `CREATE FUNCTION own() RETURNS int LANGUAGE sql AS 'SELECT 1'`,
      'CREATE TRIGGER own BEFORE DELETE ON users EXECUTE FUNCTION suppress_redundant_updates_trigger()',
      'ALTER TABLE users ADD COLUMN own int',
      'ALTER TABLE users DISABLE TRIGGER ALL',
      'DROP TABLE sessions',
      'DROP SCHEMA pgboss CASCADE',
      'TRUNCATE sign_in_attempts',
      'TRUNCATE pgboss.job',
      'DELETE FROM "SequelizeMeta"',
      `INSERT INTO "SequelizeMeta" VALUES ('own')`,
      `UPDATE "SequelizeMeta" SET name = 'own'`,
      'UPDATE users SET id = id',
      'UPDATE users SET created_at = now()',
      'UPDATE sessions SET user_id = user_id',
      'UPDATE sessions SET ends_at = ends_at',
      'UPDATE sign_in_attempts SET key = key',
      'UPDATE pgboss.job SET data = NULL',
      'UPDATE pgboss.queue SET retry_limit = 0',
      'DELETE FROM pgboss.schedule',
      'SELECT FROM pgboss.subscription',
      'SELECT id FROM pgboss.archive',
      `SELECT pgboss.create_queue('own', '{}')`,
      'SELECT * FROM pg_authid',
      `COPY users TO PROGRAM 'cat'`,
      'SET ROLE test_owner',
    ]) {
      it(`may not: ${sql}`, async () => expect(await refusal(client, sql)).to.equal('42501'));
    }

    it('is known to need each relation, or not to', async () => {
      const { rows } = await client.query<{ name: string }>(
        `SELECT oid::regclass::text AS name FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm') AND NOT relispartition
         AND relnamespace IN ('public'::regnamespace, 'pgboss'::regnamespace)`,
      );
      expect(rows.map(({ name }) => name)).to.have.members(Object.keys(runtimePrivileges));
    });
  });

  it('are both as they were after a second `up`, after `down` and `up`, and after a privilege too many', async () => {
    const wanted = await privileges();
    expect(wanted.join('\n')).to.match(/^users\.role: .*Role-\w+ @ work.* may UPDATE$/m);
    await prepared(withOwner);
    expect(await privileges()).to.deep.equal(wanted);

    await migrate('down', withOwner);
    expect(await complaint(settings)).to.match(/lacks migrations of this version: \d+-[\w-]+\.cjs\. /);
    await prepared(withOwner);
    expect(await privileges()).to.deep.equal(wanted);

    await query(
      database.ownerUrl,
      `GRANT ALL ON users, pgboss.subscription TO "${role.name}"; GRANT UPDATE (name) ON "SequelizeMeta" TO PUBLIC;
       GRANT CREATE ON SCHEMA public TO PUBLIC; GRANT ALL ON SCHEMA pgboss TO "${role.name}";
       GRANT TEMPORARY ON DATABASE ${new URL(database.url).pathname.slice(1)} TO PUBLIC`,
    );
    expect((await prepared(settings)).join()).to.match(/its role can create tables\..*MIGRATION_DATABASE_URL/);
    await prepared(withOwner);
    expect(await privileges()).to.deep.equal(wanted);
  });

  it('start where a newer version has migrated, and leave it the privileges that it has granted', async () => {
    const name = '29991231235959-of-the-next-version.cjs';
    const newer = `INSERT INTO "SequelizeMeta" VALUES ('${name}'); GRANT SELECT ON pgboss.subscription TO "${role.name}"`;
    await query(database.ownerUrl, newer);
    expect(await prepared(settings)).to.deep.equal([]);
    expect(await prepared(withOwner)).to.deep.equal([]);
    expect((await privileges()).join('\n')).to.match(/^pgboss\.subscription: .*Role-.* may SELECT$/m);
    await query(database.ownerUrl, `DELETE FROM "SequelizeMeta" WHERE name = '${name}'`);
    await prepared(withOwner);
    expect((await privileges()).join('\n')).not.to.match(/^pgboss\.subscription: .*Role-/m);
  });

  it('go on when the password of the server has been changed', async () => {
    await administer(`ALTER ROLE "${role.name}" PASSWORD 'another one'`);
    const changed = Object.assign(new URL(settings['DATABASE_URL']!), { password: 'another one' }).href;
    expect(await prepared({ ...withOwner, DATABASE_URL: changed })).to.deep.equal([]);
    expect(await complaint(withOwner)).to.match(
      /^The database .*password authentication failed .* correct DATABASE_URL/,
    );
    await administer(`ALTER ROLE "${role.name}" PASSWORD '${role.name}'`);
  });

  it('are told apart in complaints, which do not tell their passwords', async () => {
    const url = Object.assign(new URL(database.ownerUrl), { password: 'unspoken' }).href;
    const wrong = { ...withOwner, MIGRATION_DATABASE_URL: url, LOG_LEVEL: 'debug' };
    const { output } = await failedStart({ folder: await temporaryFolder(), settings: wrong });
    const { stdout, stderr } = await runBuilt('migrate', ['up'], wrong);
    for (const text of [output, stderr]) {
      expect(text).to.match(/password authentication failed .* correct MIGRATION_DATABASE_URL\./);
    }
    expect(output + stdout + stderr).not.to.contain('unspoken');
  });

  it('must both be there, and the owner must be the owner', async () => {
    const unknown = { ...withOwner, DATABASE_URL: asRole('nobody_yet', database.url) };
    expect(await complaint(unknown)).to.match(/^DATABASE_URL: there is no role nobody_yet .* CREATE ROLE /);
    const stranger = await createRole();
    const wrong = { ...withOwner, MIGRATION_DATABASE_URL: asRole(stranger.name, database.url) };
    expect(await complaint(wrong)).to.match(/^MIGRATION_DATABASE_URL: its role may not .* must be the role that owns/);
    await stranger.drop();
    const { MIGRATION_DATABASE_URL = '' } = withOwner;
    const alone = await runBuilt('migrate', ['up'], { MIGRATION_DATABASE_URL });
    expect(alone.stderr).to.match(/^DATABASE_URL: must name the role of the server /);
  });

  it('need not be two: then a start in production warns of what its one role can do', async () => {
    const owner = { ...productionSettings(database.ownerUrl), MIGRATION_DATABASE_URL: database.ownerUrl };
    expect((await prepared(owner)).join()).to.match(/^DATABASE_URL: its role owns the tables, can create tables\. /);
    const superuser = productionSettings(asSuperuser(database.url));
    expect((await prepared(superuser)).join()).to.match(/^DATABASE_URL: its role is a superuser, /);
  });
});
