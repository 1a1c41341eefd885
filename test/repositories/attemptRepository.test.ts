import { createHash, randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { QueryTypes, type Sequelize } from 'sequelize';
import { parseConfig } from '../../src/core/config.js';
import { connect } from '../../src/db/connection.js';
import type { User } from '../../src/domain/user.js';
import type { AttemptLimit, AttemptRepository } from '../../src/repositories/attemptRepository.js';
import type { Store } from '../../src/repositories/store.js';
import { createTestDatabase, type TestDatabase } from '../support/testDatabase.js';
import { testStore } from '../support/testStore.js';

/** Far more than any of these tests asks for. */
const plenty = 1_000_000;

/** Of nobody. */
const nobody = 'nobody@example.com';

function limitOf(name: string, max = plenty): AttemptLimit {
  return { key: createHash('sha256').update(name).digest(), max, forgetAfterSeconds: 3600 };
}

describe('attempts to guess', () => {
  let database: TestDatabase;
  let sequelize: Sequelize;
  let store: Store;
  let attempts: AttemptRepository;
  before(async () => {
    database = await createTestDatabase();
    sequelize = connect(database.url, parseConfig({}).database);
    store = testStore(sequelize);
    attempts = store.attempts;
  });
  after(async () => {
    await sequelize.close();
    await database.drop();
  });

  async function newUser(): Promise<User> {
    const email = `${randomUUID()}@example.com`;
    return store.users.insert({ email, passwordHash: 'hash', firstName: 'Grace', lastName: 'Hopper' });
  }

  it('find the account that they are at, unless it is locked out', async () => {
    const user = await newUser();
    const [outer, inner] = [limitOf(randomUUID(), 2), limitOf(randomUUID())];
    const found = await attempts.begin(outer, inner, user.email);
    expect(found.credential).to.deep.equal({ user, passwordHash: 'hash', passwordVersion: 0 });
    expect((await attempts.begin(outer, inner, nobody)).credential).to.equal(undefined);
    expect(await attempts.begin(outer, inner, user.email)).to.include({ inner: undefined, credential: undefined });
  });

  it('are settled: those of the network are taken back, and those of the account forgotten', async () => {
    const [outer, inner] = [limitOf(randomUUID()), limitOf(randomUUID())];
    const { outer: attempt } = await attempts.begin(outer, inner, nobody);
    await attempts.settle({ takeBack: [{ key: outer.key, attempt }], forget: inner.key });
    const next = await attempts.begin(outer, inner, nobody);
    expect([next.outer.count, next.inner?.count]).to.deep.equal([1, 1]);
  });

  it('are counted on both keys, and can be taken back on either', async () => {
    const [outer, inner] = [limitOf(randomUUID()), limitOf(randomUUID())];
    const first = await attempts.begin(outer, inner, nobody);
    expect(first.outer.count).to.equal(1);
    expect(first.inner).to.deep.include({ isAllowed: true, count: 1, lockedForSeconds: 0 });
    await attempts.takeBack({ key: inner.key, attempt: first.inner! });
    const again = await attempts.begin(outer, inner, nobody);
    expect(again.outer.count).to.equal(2);
    expect(again.inner?.count).to.equal(1);
  });

  it('are not counted on the second key while the first is locked', async () => {
    const [outer, inner] = [limitOf(randomUUID(), 1), limitOf(randomUUID())];
    await attempts.begin(outer, inner, nobody);
    const { outer: refused, inner: notAsked } = await attempts.begin(outer, inner, nobody);
    expect(refused).to.deep.include({ isAllowed: false, count: 1 });
    expect(refused.lockedForSeconds).to.be.within(1, 30);
    expect(notAsked).to.equal(undefined);
    const other = await attempts.begin(limitOf(randomUUID()), inner, nobody);
    expect(other.inner?.count).to.equal(2);
  });

  it('that begin and end at once do not wait for each other in a circle, and none is forgotten', async () => {
    const limits = (kind: string) => (n: number) => limitOf(`${kind} ${n % 3}`);
    const [outerOf, innerOf] = [limits('outer'), limits('inner')];
    const guess = async (turn: number): Promise<void> => {
      const [outer, inner] = [outerOf(turn), innerOf(Math.floor(turn / 3))];
      const { outer: attempt } = await attempts.begin(outer, inner, nobody);
      const settlement = { forget: inner.key, takeBack: [{ key: outer.key, attempt }] };
      if (turn < 5) await attempts.settle(settlement);
      else if (turn < 9) await store.transaction((inside) => inside.attempts.settle(settlement));
    };
    const rounds = 30;
    for (let round = 0; round < rounds; round += 1) {
      await Promise.all(Array.from({ length: 12 }, (_none, turn) => guess(turn)));
    }
    const { outer } = await attempts.begin(outerOf(0), limitOf(randomUUID()), nobody);
    expect(outer.count, 'one of four in each round was not taken back').to.equal(rounds + 1);
  });

  it('are removed after a day, but for what is in use', async () => {
    const [idle, inUse] = [limitOf(randomUUID()), limitOf(randomUUID())];
    await attempts.begin(idle, inUse, nobody);
    await sequelize.query(`UPDATE sign_in_attempts SET began_at = now() - interval '25 hours'`);
    await sequelize.transaction(async (transaction) => {
      const options = { bind: [inUse.key], transaction };
      await sequelize.query('SELECT 1 FROM sign_in_attempts WHERE key = $1 FOR UPDATE', options);
      await attempts.removeOld();
    });
    const rows = await sequelize.query('SELECT key FROM sign_in_attempts WHERE key IN ($1, $2)', {
      bind: [idle.key, inUse.key],
      type: QueryTypes.SELECT,
    });
    expect(rows).to.deep.equal([{ key: inUse.key }]);
  });
});
