import { createHash, randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { QueryTypes, type Sequelize } from 'sequelize';
import { parseConfig } from '../../src/config/config.js';
import { connect } from '../../src/db/connection.js';
import type { AttemptLimit, AttemptRepository } from '../../src/repositories/attemptRepository.js';
import { createTestDatabase, type TestDatabase } from '../support/testDatabase.js';
import { testStore } from '../support/testStore.js';

function limitOf(name: string = randomUUID(), max = 1_000_000): AttemptLimit {
  return { key: createHash('sha256').update(name).digest(), max, forgetAfterSeconds: 3600 };
}

describe('attempts to guess', () => {
  let database: TestDatabase;
  let sequelize: Sequelize;
  let attempts: AttemptRepository;
  before(async () => {
    database = await createTestDatabase();
    sequelize = connect(database.url, parseConfig({}).database);
    ({ attempts } = testStore(sequelize));
  });
  after(async () => {
    await sequelize.close();
    await database.drop();
  });

  it('are counted, and can be taken back and forgotten', async () => {
    const limit = limitOf();
    const first = await attempts.count(limit);
    expect(first).to.include({ isAllowed: true, count: 1, lockedForSeconds: 0 });
    await attempts.takeBack([first]);
    expect(await attempts.count(limit)).to.include({ count: 1 });
    expect(await attempts.count(limit)).to.include({ count: 2 });
    await attempts.forget(limit.key);
    expect(await attempts.count(limit)).to.include({ count: 1 });
  });

  it('are refused while they are locked, and taking back the one that locked unlocks', async () => {
    const limit = limitOf(undefined, 1);
    const locking = await attempts.count(limit);
    expect(locking).to.include({ isAllowed: true, count: 1, lockedForSeconds: 30 });
    const refused = await attempts.count(limit);
    expect(refused).to.include({ isAllowed: false, count: 1 });
    expect(refused.lockedForSeconds).to.be.within(1, 30);
    await attempts.takeBack([locking]);
    expect(await attempts.count(limit)).to.include({ isAllowed: true, count: 1 });
  });

  it('that begin and end at once do not wait for each other in a circle, and none is forgotten', async () => {
    const networks = [0, 1, 2].map((n) => limitOf(`network ${n}`));
    const rounds = 20;
    const guess = async (turn: number): Promise<void> => {
      const [network, account] = [networks[turn % 3]!, limitOf(`account ${turn % 4}`)];
      const counted = [await attempts.count(network), await attempts.count(account)];
      if (turn < 9) await attempts.takeBack(counted);
    };
    for (let round = 0; round < rounds; round += 1) {
      await Promise.all(Array.from({ length: 12 }, (_none, turn) => guess(turn)));
    }
    // One of four turns on each network was not taken back.
    for (const network of networks) expect((await attempts.count(network)).count).to.equal(rounds + 1);
  });

  it('are removed after a day, but for what is in use', async () => {
    const [idle, inUse] = [limitOf(), limitOf()];
    for (const limit of [idle, inUse]) await attempts.count(limit);
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
