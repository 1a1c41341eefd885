import { createHash, randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { QueryTypes } from 'sequelize';
import type { AttemptLimit } from '../../src/repositories/attemptRepository.js';
import { storeFixture } from '../support/testStore.js';

function limitOf(name: string = randomUUID()): AttemptLimit {
  return { key: createHash('sha256').update(name).digest(), max: 1_000_000, forgetAfterSeconds: 3600 };
}

describe('AttemptRepository', () => {
  const fixture = storeFixture();

  it('counts concurrent attempts without deadlocks and without losing one', async () => {
    const { attempts } = fixture.store;
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
    // One of four turns on each network is not taken back.
    for (const network of networks) expect((await attempts.count(network)).count).to.equal(rounds + 1);
  });

  it('removes attempts after a day, except locked rows', async () => {
    const { sequelize, store } = fixture;
    const { attempts } = store;
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
