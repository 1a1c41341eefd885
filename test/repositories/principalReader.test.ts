import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { QueryTypes, type Sequelize } from 'sequelize';
import { parseConfig } from '../../src/core/config.js';
import { RefreshToken } from '../../src/core/refreshToken.js';
import { connect } from '../../src/db/connection.js';
import { PrincipalReader } from '../../src/repositories/principalReader.js';
import type { Store } from '../../src/repositories/store.js';
import { createTestDatabase, type TestDatabase } from '../support/testDatabase.js';
import { testStore } from '../support/testStore.js';
import { until } from '../support/until.js';

interface Person {
  userId: string;
  sessionId: string;
}

/** Changes by hand, of which nobody is told; $1 is the session's id. */
const ofUser = 'WHERE id = (SELECT user_id FROM sessions WHERE id = $1)';
const changes = {
  'a name': `UPDATE users SET first_name = 'Ada' ${ofUser}`,
  'a role': `UPDATE users SET role = 'admin' ${ofUser}`,
  'an account that is no longer active': `UPDATE users SET is_active = false ${ofUser}`,
  'an account that is gone': `DELETE FROM users ${ofUser}`,
  'a session that goes on': `UPDATE sessions SET expires_at = expires_at + interval '1 hour' WHERE id = $1`,
  'a session that has expired': `UPDATE sessions SET expires_at = now() WHERE id = $1`,
  'a session that has ended': 'DELETE FROM sessions WHERE id = $1',
};

describe('who is signed in', () => {
  let database: TestDatabase;
  let sequelize: Sequelize;
  let store: Store;
  let reader: PrincipalReader;
  before(async () => {
    database = await createTestDatabase();
    sequelize = connect(database.url, parseConfig({}).database);
    store = testStore(sequelize);
  });
  beforeEach(() => (reader = new PrincipalReader(sequelize)));
  after(async () => {
    await sequelize.close();
    await database.drop();
  });

  async function signIn(): Promise<Person> {
    const names = { firstName: 'Grace', lastName: 'Hopper' };
    const user = await store.users.insert({ email: `${randomUUID()}@example.com`, passwordHash: 'hash', ...names });
    const { token, state } = RefreshToken.first(randomUUID());
    const [now, later] = [new Date(), new Date(Date.now() + 60_000)];
    const times = { createdAt: now, lastUsedAt: now, expiresAt: later, endsAt: later };
    const session = { id: token.sessionId, userId: user.id, ip: '192.0.2.7', userAgent: '', ...times };
    await store.sessions.insert(session, state);
    return { userId: user.id, sessionId: token.sessionId };
  }

  const change = (sql: string, { sessionId }: Person): Promise<unknown> => sequelize.query(sql, { bind: [sessionId] });

  /** What is read by somebody who has never read before. */
  const asIs = (ids: readonly string[]): Promise<unknown[]> => {
    const stranger = new PrincipalReader(sequelize);
    return Promise.all(ids.map((id) => stranger.read(id)));
  };

  async function countStatements(work: () => Promise<unknown>): Promise<number> {
    let statements = 0;
    sequelize.addHook('beforePoolAcquire', 'count', () => void (statements += 1));
    await work().finally(() => sequelize.removeHook('beforePoolAcquire', 'count'));
    return statements;
  }

  it('is the same person, with all that is known of them, however often it is read', async () => {
    const { userId, sessionId } = await signIn();
    const first = await reader.read(sessionId);
    expect(first?.user).to.include({ id: userId, firstName: 'Grace', role: 'user', isActive: true });
    expect(await reader.read(sessionId)).to.equal(first);
  });

  it('is asked with one statement for all at once, those who were read before and those who were not', async () => {
    const known = [await signIn(), await signIn()].map(({ sessionId }) => sessionId);
    const readAll = (ids: readonly string[]): Promise<unknown> => Promise.all(ids.map((id) => reader.read(id)));
    expect(await countStatements(() => readAll([...known, ...known, randomUUID()]))).to.equal(1);
    expect(await countStatements(() => readAll([...known, ...known]))).to.equal(1);
    expect(await countStatements(() => readAll([...known, randomUUID()]))).to.equal(2);
  });

  it('is asked by one plan for all numbers of them', async () => {
    const alone = connect(database.url, parseConfig({ DATABASE_POOL_MAX: '1' }).database);
    testStore(alone);
    const people = await Promise.all(Array.from({ length: 40 }, signIn));
    for (const count of [1, 1, 1, 1, 1, 1, 2, 5, 10, 20, 40]) {
      const newcomer = new PrincipalReader(alone);
      const read = (): Promise<unknown> =>
        Promise.all(people.slice(0, count).map(({ sessionId }) => newcomer.read(sessionId)));
      await read();
      await read();
    }
    const plans = `SELECT custom_plans::int AS anew FROM pg_prepared_statements WHERE statement LIKE '%sessions%'`;
    // PostgreSQL makes plans for each use five times, before it compares them with one for all.
    expect((await alone.query(plans))[0]).to.deep.equal([{ anew: 5 }, { anew: 5 }]);
    await alone.close();
  });

  for (const [what, sql] of Object.entries(changes)) {
    it(`is read anew after a change by hand: ${what}`, async () => {
      const [person, other] = [await signIn(), await signIn()];
      const ids = [person.sessionId, other.sessionId, person.sessionId];
      const before = await Promise.all(ids.map((id) => reader.read(id)));
      await change(sql, person);
      const after = await Promise.all(ids.map((id) => reader.read(id)));
      expect(after).to.deep.equal(await asIs(ids));
      expect(after[0]).not.to.deep.equal(before[0]);
      expect(after[1]).to.deep.equal(before[1]);
    });
  }

  it('is nobody any more when the session runs out by itself', async () => {
    const person = await signIn();
    await change(`UPDATE sessions SET expires_at = now() + interval '0.3 s' WHERE id = $1`, person);
    expect(await reader.read(person.sessionId)).not.to.equal(undefined);
    const hasRunOut = `SELECT FROM sessions WHERE id = $1 AND expires_at <= now()`;
    const bind = [person.sessionId];
    await until(async () => (await sequelize.query(hasRunOut, { bind, type: QueryTypes.SELECT })).length === 1);
    expect(await reader.read(person.sessionId)).to.equal(undefined);
  });

  it('is what the database has, when a change is not yet committed, and when it never is', async () => {
    const person = await signIn();
    const nameOf = async (): Promise<string | undefined> => (await reader.read(person.sessionId))?.user.firstName;
    expect(await nameOf()).to.equal('Grace');
    const transaction = await sequelize.transaction();
    await sequelize.query(changes['a name'], { bind: [person.sessionId], transaction });
    expect(await nameOf()).to.equal('Grace');
    await transaction.rollback();
    expect(await nameOf()).to.equal('Grace');
    await change(changes['a name'], person);
    expect(await nameOf()).to.equal('Ada');
  });

  it('is what the database has, of many at once, while anything happens to any of them', async () => {
    const people = await Promise.all(Array.from({ length: 20 }, signIn));
    const ids = people.map(({ sessionId }) => sessionId);
    const statements = Object.values(changes);
    for (let round = 0; round < 15; round += 1) {
      // Two of them are changed in each round, in an order that leaves none out; some twice, some never.
      await change(statements[round % statements.length]!, people[(round * 7) % people.length]!);
      await change(statements[(round * 3) % statements.length]!, people[(round * 11) % people.length]!);
      const asked = [...ids, ...ids.filter((_, index) => index % 3 === round % 3), randomUUID()];
      expect(await Promise.all(asked.map((id) => reader.read(id)))).to.deep.equal(await asIs(asked));
    }
  });

  for (const [when, options] of [
    ['its record is older than records are trusted', { capacity: 10, trustedMs: 0 }],
    ['so many others were read meanwhile', { capacity: 1, trustedMs: 5000 }],
  ] as const) {
    it(`is read with all that is known when ${when}`, async () => {
      const forgetful = new PrincipalReader(sequelize, options);
      const [one, other] = [await signIn(), await signIn()];
      const first = await forgetful.read(one.sessionId);
      await forgetful.read(other.sessionId);
      const second = await forgetful.read(one.sessionId);
      // The same, and not that of before.
      expect(second).to.deep.equal(first);
      expect(second).not.to.equal(first);
    });
  }

  it('is nobody without a session', async () => {
    expect(await reader.read(randomUUID())).to.equal(undefined);
  });
});
