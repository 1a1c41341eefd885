import { expect } from 'chai';
import type { Piscina } from 'piscina';
import type { Hashed } from '../../../src/core/hashing/hashing.js';
import { HashingThreads } from '../../../src/core/hashing/hashingThreads.js';

/** Which of these were hashed together: those that took the very same time. */
function together(hashed: readonly Hashed[]): number[][] {
  const times = [...new Set(hashed.map(({ workMs }) => workMs))];
  return times.map((time) => hashed.flatMap(({ workMs }, index) => (workMs === time ? [index] : [])));
}

describe('a thread that hashes', () => {
  const threads = new HashingThreads({ threads: 1, queueMax: 10 });
  const hash = (cost: number, password = 'correct horse'): Promise<Hashed> =>
    threads.run({ kind: 'hash', password, cost });
  after(() => threads.close());

  it('takes who comes at once, and then two of those who wait', async () => {
    expect(together(await Promise.all([4, 4, 4, 4].map((cost) => hash(cost))))).to.deep.equal([[0], [1, 2], [3]]);
  });

  it('takes two together of the same cost only, and lets nobody wait for ever', async () => {
    const costs = [4, 5, 4, 6, 5, 4];
    const hashed = await Promise.all(costs.map((cost) => hash(cost)));
    expect(together(hashed)).to.deep.equal([[0], [1, 4], [2, 5], [3]]);
    hashed.forEach(({ value }, index) => expect(value).to.match(new RegExp(`^\\$2b\\$0${costs[index]}\\$`)));
  });

  it('gives each of two their own answer', async () => {
    const [{ value: one }, { value: other }] = await Promise.all([hash(4, 'one'), hash(4, 'other')]);
    const verify = (password: string, stored: unknown): Promise<Hashed> =>
      threads.run({ kind: 'verify', password, hash: String(stored) });
    const answers = await Promise.all([
      verify('first', one),
      verify('one', one),
      verify('one', other),
      verify('other', other),
      verify('other', one),
    ]);
    expect(together(answers)).to.deep.equal([[0], [1, 2], [3, 4]]);
    expect(answers.map(({ value }) => value)).to.deep.equal([false, true, false, true, false]);
  });

  it('uses the faster engine, and bcryptjs where that is wanted', async () => {
    const plain = new HashingThreads({ threads: 1, queueMax: 10, engine: 'bcryptjs' });
    const [slow, fast] = await Promise.all([plain.run({ kind: 'hash', password: 'a', cost: 4 }), hash(4)]);
    await plain.close();
    expect([slow.engine, fast.engine]).to.deep.equal(['bcryptjs', 'paired']);
  });

  it('is replaced when it ends before it has begun, and nobody waits for ever', async () => {
    const failing = new HashingThreads({ threads: 1, queueMax: 10 });
    const { pool } = failing as unknown as { pool: Piscina };
    await pool.threads[0]!.terminate();
    const first = failing.run({ kind: 'hash', password: 'a', cost: 4 });
    await pool.threads[0]!.terminate();
    expect(pool.threads).to.have.length(0);
    await Promise.all([first, failing.run({ kind: 'hash', password: 'b', cost: 4 })]);
    await failing.close();
  });

  it('is replaced when it fails while it has nothing to do, and the log says so', async () => {
    const log: string[] = [];
    const logger = { error: (_line: object, message: string) => void log.push(message) };
    const failing = new HashingThreads({ threads: 1, queueMax: 1 }, logger as never);
    (failing as unknown as { pool: Piscina }).pool.emit('error', new Error('It cannot start.'));
    expect((await failing.run({ kind: 'hash', password: 'a', cost: 4 })).value).to.be.a('string');
    await failing.close();
    expect(log).to.deep.equal(['A hashing thread has failed; another takes its place']);
  });

  it('does not hash for whoever is gone, whose places in the queue are free at once', async () => {
    const busy = new HashingThreads({ threads: 1, queueMax: 3 });
    const run = (owner: string): Promise<Hashed> => busy.run({ kind: 'hash', password: 'a', cost: 6 }, owner);
    const [first, ...others] = ['gone', 'gone', 'here', 'gone'].map(run);
    const settled = Promise.allSettled(others);
    busy.abandon('gone');
    expect(busy.queueLength).to.equal(1);
    const later = [run('here'), run('here')];
    await Promise.all([first, ...later]);
    expect((await settled).map(({ status }) => status)).to.deep.equal(['rejected', 'fulfilled', 'rejected']);
    await busy.close();
  });

  it('is hardly longer on two than on one', async function () {
    this.timeout(120_000);
    const ratios: number[] = [];
    for (let round = 0; round < 9; round += 1) {
      const [alone, pair] = await Promise.all([hash(10), hash(10), hash(10)]);
      ratios.push(pair.workMs / alone.workMs);
    }
    // Two after one another would be 2; this is 1.1.
    expect(ratios.sort((one, other) => one - other)[4]).to.be.below(1.6);
  });
});
