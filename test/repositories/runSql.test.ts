import { expect } from 'chai';
import { QueryTypes, type Sequelize } from 'sequelize';
import { parseConfig } from '../../src/core/config.js';
import { connect } from '../../src/db/connection.js';
import { runSql } from '../../src/repositories/runSql.js';
import { administer, createTestDatabase, type TestDatabase } from '../support/testDatabase.js';

const config = { ...parseConfig({}).database, poolMax: 1 };

describe('a statement in SQL', () => {
  let database: TestDatabase;
  let sequelize: Sequelize;
  before(async () => {
    database = await createTestDatabase();
    sequelize = connect(database.url, config);
  });
  after(async () => {
    await sequelize.close();
    await database.drop();
  });

  const thrown = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => undefined,
      (error: unknown) => error,
    );

  it('gives rows with dates, bytes and what is left out as null', async () => {
    const sql = 'SELECT $1::timestamptz AS at, $2::bytea AS bytes, $3::text AS nothing';
    const at = new Date('2026-11-23T00:00:00Z');
    const rows = await runSql(sequelize, sql, [at, Buffer.from('ab'), undefined]);
    expect(rows).to.deep.equal([{ at, bytes: Buffer.from('ab'), nothing: null }]);
  });

  it('is part of its transaction, and of none that has ended', async () => {
    const transaction = await sequelize.transaction();
    const insert = `INSERT INTO sign_in_attempts (key, attempts, attempt_id, began_at)
      VALUES ($1, 1, gen_random_uuid(), now()) RETURNING attempts`;
    expect(await runSql(sequelize, insert, [Buffer.alloc(32)], transaction)).to.deep.equal([{ attempts: 1 }]);
    await transaction.rollback();
    expect(await runSql(sequelize, 'SELECT FROM sign_in_attempts', [])).to.deep.equal([]);
    const late = await thrown(runSql(sequelize, 'SELECT 1', [], transaction));
    expect(String(late)).to.include('after the rollback of its transaction');
  });

  it('is prepared once, and asked all the same where that is forgotten or out of date', async () => {
    const prepared = async (): Promise<number> =>
      (await sequelize.query('SELECT FROM pg_prepared_statements', { type: QueryTypes.SELECT })).length;
    const ask = (): Promise<object[]> => runSql(sequelize, 'SELECT * FROM notes WHERE $1', [true]);
    await administer('CREATE TABLE notes AS SELECT 1 AS one; GRANT SELECT ON notes TO PUBLIC', database.url);
    await sequelize.query('DEALLOCATE ALL');
    for (let n = 0; n < 3; n += 1) expect(await ask()).to.deep.equal([{ one: 1 }]);
    expect(await prepared()).to.equal(1);
    await administer('ALTER TABLE notes ADD COLUMN two int', database.url);
    for (let n = 0; n < 2; n += 1) expect(await ask()).to.deep.equal([{ one: 1, two: null }]);

    await sequelize.close();
    sequelize = connect(database.url, config);
    await ask();
    await sequelize.query('DEALLOCATE ALL');
    expect(await ask()).to.deep.equal([{ one: 1, two: null }]);
    let tries = 0;
    sequelize.addHook('beforePoolAcquire', () => void (tries += 1));
    expect(await ask()).to.deep.equal([{ one: 1, two: null }]);
    expect(tries, 'tries of the next one').to.equal(1);
  });

  it('leaves its connection to others when it is refused', async () => {
    const connectionId = async (): Promise<unknown> => runSql(sequelize, 'SELECT pg_backend_pid()', []);
    const before = await connectionId();
    const refused = await thrown(runSql(sequelize, 'SELECT 1 / $1::int', [0]));
    expect(refused).to.include({ code: '22012' });
    expect(await connectionId()).to.deep.equal(before);
  });

  it('leaves no connection to others on which an answer may still come', async () => {
    await sequelize.close();
    sequelize = connect(database.url, { ...config, statementTimeoutMs: 0 });
    const late = await thrown(runSql(sequelize, `SELECT pg_sleep(2), 'late' AS what`, []));
    expect(String(late)).to.include('timeout');
    expect(await runSql(sequelize, `SELECT 'mine' AS what`, [])).to.deep.equal([{ what: 'mine' }]);
  });
});
