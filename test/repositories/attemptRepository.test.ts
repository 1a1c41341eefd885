import { createHash, randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { QueryTypes, type Sequelize } from 'sequelize';
import { parseConfig } from '../../src/core/config.js';
import { connect } from '../../src/db/connection.js';
import type { AttemptLimit, AttemptRepository } from '../../src/repositories/attemptRepository.js';
import { createTestDatabase, type TestDatabase } from '../support/testDatabase.js';
import { testStore } from '../support/testStore.js';

/** Far more than any of these tests asks for. */
const plenty = 1_000_000;

function limitOf(name: string, max = plenty): AttemptLimit {
  return { key: createHash('sha256').update(name).digest(), max, forgetAfterSeconds: 3600 };
}

describe('attempts to guess', () => {
  let database: TestDatabase;
  let sequelize: Sequelize;
  let attempts: AttemptRepository;
  before(async () => {
    database = await createTestDatabase();
    sequelize = connect(database.url, parseConfig({}).database);
    attempts = testStore(sequelize).attempts;
  });
  after(async () => {
    await sequelize.close();
    await database.drop();
  });

  it('are counted on both keys, and can be taken back on either', async () => {
    const [outer, inner] = [limitOf(randomUUID()), limitOf(randomUUID())];
    const [first, second] = await attempts.begin(outer, inner);
    expect(first.count).to.equal(1);
    expect(second).to.deep.include({ isAllowed: true, count: 1, lockedForSeconds: 0 });
    await attempts.takeBack(inner.key, second ?? first);
    const [again, anew] = await attempts.begin(outer, inner);
    expect(again.count).to.equal(2);
    expect(anew?.count).to.equal(1);
  });

  it('are not counted on the second key while the first is locked', async () => {
    const [outer, inner] = [limitOf(randomUUID(), 1), limitOf(randomUUID())];
    await attempts.begin(outer, inner);
    const [refused, notAsked] = await attempts.begin(outer, inner);
    expect(refused).to.deep.include({ isAllowed: false, count: 1 });
    expect(refused.lockedForSeconds).to.be.within(1, 30);
    expect(notAsked).to.equal(undefined);
    const [, other] = await attempts.begin(limitOf(randomUUID()), inner);
    expect(other?.count).to.equal(2);
  });

  it('that begin and end at once do not wait for each other in a circle, and none is forgotten', async () => {
    const limits = (kind: string) => (n: number) => limitOf(`${kind} ${n % 3}`);
    const [outerOf, innerOf] = [limits('outer'), limits('inner')];
    const guess = async (turn: number): Promise<void> => {
      const [outer, inner] = [outerOf(turn), innerOf(Math.floor(turn / 3))];
      const [attempt] = await attempts.begin(outer, inner);
      if (turn < 9) await attempts.settle({ forget: inner.key, takeBack: outer.key }, attempt);
    };
    const rounds = 30;
    for (let round = 0; round < rounds; round += 1) {
      await Promise.all(Array.from({ length: 12 }, (_none, turn) => guess(turn)));
    }
    const [outer] = await attempts.begin(outerOf(0), limitOf(randomUUID()));
    expect(outer.count, 'one of four in each round was not taken back').to.equal(rounds + 1);
  });

  it('are removed after a day, but for what is in use', async () => {
    const [idle, inUse] = [limitOf(randomUUID()), limitOf(randomUUID())];
    await attempts.begin(idle, inUse);
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
