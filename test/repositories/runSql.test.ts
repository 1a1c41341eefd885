import { expect } from 'chai';
import type { Sequelize } from 'sequelize';
import { parseConfig } from '../../src/core/config.js';
import { connect } from '../../src/db/connection.js';
import { runSql } from '../../src/repositories/runSql.js';
import { createTestDatabase, type TestDatabase } from '../support/testDatabase.js';

describe('a statement in SQL', () => {
  let database: TestDatabase;
  let sequelize: Sequelize;
  before(async () => {
    database = await createTestDatabase();
    sequelize = connect(database.url, { ...parseConfig({}).database, poolMax: 1 });
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

  it('leaves its connection to others when it is refused', async () => {
    const connectionId = async (): Promise<unknown> => runSql(sequelize, 'SELECT pg_backend_pid()', []);
    const before = await connectionId();
    const refused = await thrown(runSql(sequelize, 'SELECT 1 / $1::int', [0]));
    expect(refused).to.include({ code: '22012' });
    expect(await connectionId()).to.deep.equal(before);
  });

  it('leaves no connection to others on which an answer may still come', async () => {
    await sequelize.close();
    const config = { ...parseConfig({}).database, poolMax: 1 };
    sequelize = connect(database.url, { ...config, statementTimeoutMs: 0 });
    const late = await thrown(runSql(sequelize, `SELECT pg_sleep(2), 'late' AS what`, []));
    expect(String(late)).to.include('timeout');
    expect(await runSql(sequelize, `SELECT 'mine' AS what`, [])).to.deep.equal([{ what: 'mine' }]);
  });
});
