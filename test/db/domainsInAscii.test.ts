import { createHash } from 'node:crypto';
import { expect } from 'chai';
import type { Sequelize } from 'sequelize';
import { parseConfig } from '../../src/config/config.js';
import { connectForMigrations } from '../../src/db/connection.js';
import { Primary } from '../../src/db/primary.js';
import { journal, migrationFiles } from '../../src/db/migrationStatus.js';
import { Migrator } from '../../src/db/migrator.js';
import { normalizeEmail } from '../../src/domain/emailAddress.js';
import { createLogger } from '../../src/observability/logger.js';
import { StartError } from '../../src/startError.js';
import { lastOfVersion1, loadMigration, migrateTo } from '../support/migrateTo.js';
import { createTestDatabase, type TestDatabase } from '../support/testDatabase.js';

const name = '20261126170000-keep-domains-in-ascii.cjs';
const before = migrationFiles[migrationFiles.indexOf(name) - 1]!;
const hash = (text: string): Buffer => createHash('sha256').update(text).digest();

describe('the migration to domains in ASCII', () => {
  let database: TestDatabase;
  let sequelize: Sequelize;
  beforeEach(async () => {
    database = await createTestDatabase({ migrated: false });
    sequelize = connectForMigrations(new Primary(database.url), parseConfig({}).database);
  });
  afterEach(async () => {
    await sequelize.close();
    await database.drop();
  });

  const migrator = (): Migrator => new Migrator(sequelize, createLogger({ env: 'test', logLevel: 'critical' }));

  async function sql<Row extends object>(statement: string, ...bind: unknown[]): Promise<Row[]> {
    return (await sequelize.query(statement, { bind }))[0] as Row[];
  }

  /** The addresses in the order in which they were inserted. */
  const addresses = async (): Promise<string[]> =>
    (await sql<{ email: string }>('SELECT email FROM users ORDER BY first_name')).map(({ email }) => email);
  const applied = async (): Promise<string[]> =>
    (await sql<{ name: string }>(`SELECT name FROM "${journal}" ORDER BY 1`)).map((row) => row.name);

  /** Inserts accounts and returns their ids. */
  async function insertUsers(...emails: string[]): Promise<string[]> {
    const ids: string[] = [];
    for (const [index, email] of emails.entries()) {
      const [row] = await sql<{ id: string }>(
        `INSERT INTO users (id, email, password_hash, first_name, last_name)
         VALUES (gen_random_uuid(), $1, 'hash', $2, 'Hopper') RETURNING id`,
        email,
        String(index).padStart(4, '0'),
      );
      ids.push(row!.id);
    }
    return ids;
  }

  const failure = async (work: Promise<unknown>): Promise<Error> =>
    (await work.then(
      () => undefined,
      (error: unknown) => error,
    )) as Error;

  describe('of accounts with an address each', () => {
    const emails = [
      'bob@bücher.example',
      'ada@example.com',
      'ada@xn--bcher-kva.example',
      'ζωή@παράδειγμα.δοκιμή',
      'bob@日本。co.jp',
      // They have no ASCII form.
      'eve@bü_cher.example',
      'eve@bücher.example/x',
    ];
    let id: string;
    beforeEach(async () => {
      await migrateTo(before, sequelize);
      [id = ''] = await insertUsers(...emails);
    });

    it('stores each as a new version looks it up', async () => {
      await migrator().up();
      expect(await addresses()).to.deep.equal(emails.map(normalizeEmail));
      expect(await addresses()).to.include.members(['bob@xn--bcher-kva.example', 'eve@bü_cher.example']);
    });

    it('changes links, sign-ups and jobs alike', async () => {
      for (const [index, table] of ['links', 'action_tokens'].entries()) {
        await sql(
          `INSERT INTO ${table} (user_id, purpose, token_hash, email, expires_at)
           VALUES ($1, 'verify_email', $2, 'bob@bücher.example', now() + interval '1 day')`,
          id,
          hash(String(index)),
        );
      }
      for (const email of ['carl@bücher.example', 'carl@bü_cher.example']) {
        await sql(
          `INSERT INTO sign_ups (id, email, password_hash, first_name, last_name, nonce, token_hash, expires_at)
           VALUES (gen_random_uuid(), $1, 'hash', 'Carl', 'Gauss', 'nonce', $2, now() + interval '1 day')`,
          email,
          hash(email),
        );
      }
      const job = `'mail', '{"to": "bob@bücher.example", "email": "ada@bücher.example", "name": "bücher"}'::jsonb`;
      await sql(`INSERT INTO pgboss.job (name, data) SELECT ${job}`);
      await sql(
        `INSERT INTO pgboss.archive (id, name, data, priority, state, retry_limit, retry_count, retry_delay, retry_backoff,
           start_after, expire_in, created_on, keep_until)
         SELECT id, name, data, priority, state, retry_limit, retry_count, retry_delay, retry_backoff,
           start_after, expire_in, created_on, keep_until FROM pgboss.job`,
      );
      await migrator().up();
      const stored = async (table: string): Promise<unknown[]> =>
        (await sql<{ email: string }>(`SELECT email FROM ${table}`)).map(({ email }) => email);
      const bob = 'bob@xn--bcher-kva.example';
      expect(await stored('links')).to.deep.equal([bob, bob]);
      expect(await stored('action_tokens')).to.deep.equal([bob]);
      expect(await stored('sign_ups')).to.deep.equal(['carl@xn--bcher-kva.example']);
      for (const table of ['job', 'archive']) {
        const data = { to: bob, email: 'ada@xn--bcher-kva.example', name: 'bücher' };
        expect(await sql(`SELECT data FROM pgboss.${table}`), table).to.deep.equal([{ data }]);
      }
    });

    it('keeps locks and mail limits', async () => {
      const attempt = 'INSERT INTO sign_in_attempts VALUES ($1, $2, gen_random_uuid(), now(), $3)';
      const [old, one] = [hash('account bob@bücher.example'), hash('account bob@xn--bcher-kva.example')];
      const until = '2030-01-01T00:00:00.000Z';
      await sql(attempt, old, 12, until);
      await sql(attempt, one, 3, null);
      await sql(attempt, hash('account bob@日本。co.jp'), 5, null);
      await sql(`INSERT INTO requested_mails VALUES ($1, 'x')`, hash('resetPassword bob@bücher.example'));
      await migrator().up();
      const rows = await sql<{ key: Buffer; attempts: number; locked_until: Date | null }>(
        'SELECT key, attempts, locked_until FROM sign_in_attempts ORDER BY attempts',
      );
      expect(rows).to.deep.equal([
        { key: hash('account bob@xn--wgv71a.co.jp'), attempts: 5, locked_until: null },
        { key: one, attempts: 12, locked_until: new Date(until) },
      ]);
      const mails = await sql('SELECT recipient FROM requested_mails');
      expect(mails).to.deep.equal([{ recipient: hash('resetPassword bob@xn--bcher-kva.example') }]);
    });

    it('makes the database refuse other domains, but not changes of accounts that have one', async () => {
      await migrator().up();
      expect(await failure(insertUsers('new@bücher.example'))).to.have.nested.property('original.code', '23514');
      await sql(`UPDATE users SET last_seen_at = now() WHERE email LIKE 'eve@%'`);
    });

    it('goes down and up again', async () => {
      await migrator().up();
      const stored = await addresses();
      await loadMigration(name).down(sequelize.getQueryInterface());
      expect(await addresses()).to.deep.equal(stored);
      await insertUsers('new@bücher.example');
      await loadMigration(name).up(sequelize.getQueryInterface());
      expect(await addresses()).to.include('new@xn--bcher-kva.example');
    });
  });

  describe('of accounts that share an address', () => {
    const emails = [
      'bob@bücher.example',
      'bob@xn--bcher-kva.example',
      'ada@example.com',
      'eve@ſix.example',
      'eve@six.example',
      'eve@ⓢix.example',
      'carl@bücher.example',
    ];

    it('stops before it changes anything, and names the accounts by their ids', async () => {
      await migrateTo(lastOfVersion1, sequelize);
      const ids = await insertUsers(...emails);
      const journalBefore = await applied();
      const error = await failure(migrator().up());
      expect(error).to.be.an.instanceOf(StartError);
      const { message } = error;
      for (const index of [0, 1, 3, 4, 5]) expect(message, emails[index]).to.contain(ids[index]);
      for (const index of [2, 6]) expect(message, emails[index]).not.to.contain(ids[index]);
      expect(message).to.contain(`${ids[0]} and ${ids[1]}`).and.contain('node dist/admin.js resolve-addresses');
      expect(message).not.to.contain('@');
      expect(await applied()).to.deep.equal(journalBefore);
      expect(await addresses()).to.deep.equal(emails);

      await sql('DELETE FROM users WHERE id = ANY($1)', [ids[1], ids[3], ids[5]]);
      await migrator().up();
      expect(await addresses()).to.have.members([
        'bob@xn--bcher-kva.example',
        'ada@example.com',
        'eve@six.example',
        'carl@xn--bcher-kva.example',
      ]);
    });

    it('stops with the reason when another program runs it', async () => {
      await migrateTo(before, sequelize);
      const [id] = await insertUsers(...emails);
      const { message } = await failure(loadMigration(name).up(sequelize.getQueryInterface()));
      expect(message).to.contain(id).and.contain('resolve-addresses');
      expect(await addresses()).to.deep.equal(emails);
    });

    it('names twenty addresses at most', async () => {
      await migrateTo(before, sequelize);
      const many = Array.from({ length: 22 }, (_, index) => `bob${index}`);
      const ids = await insertUsers(
        ...many.flatMap((local) => [`${local}@bücher.example`, `${local}@xn--bcher-kva.example`]),
      );
      const { message } = await failure(migrator().up());
      expect(ids.filter((id) => message.includes(id))).to.have.length(40);
      expect(message).to.contain(' and 2 more');
    });
  });
});
