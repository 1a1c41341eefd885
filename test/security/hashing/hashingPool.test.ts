import { expect } from 'chai';
import type { Piscina } from 'piscina';
import { HashingPool } from '../../../src/security/hashing/hashingPool.js';

describe('HashingPool', () => {
  let log: string[];
  let hashing: HashingPool;
  let threads: Piscina;
  beforeEach(() => {
    log = [];
    hashing = new HashingPool({ threads: 1, queueMax: 10 }, {
      error: (_: object, message: string) => log.push(message),
    } as never);
    threads = (hashing as unknown as { pool: Piscina }).pool;
  });
  afterEach(() => hashing.close());

  const hash = async (cost: number): Promise<unknown> =>
    (await hashing.run({ kind: 'hash', password: 'a', cost })).value;

  it('replaces a busy thread that dies, and completes the waiting hashes', async () => {
    await hash(4);
    const results = Promise.allSettled([hash(10), hash(4), hash(4)]);
    await threads.threads[0]!.terminate();
    expect((await results).map(({ status }) => status)).to.deep.equal(['rejected', 'fulfilled', 'fulfilled']);
  });

  it('replaces an idle thread that dies, and logs it', async () => {
    await hash(4);
    await threads.threads[0]!.terminate();
    expect(await hash(4)).to.be.a('string');
    threads.emit('error', new Error('It cannot start.'));
    expect(await hash(4)).to.be.a('string');
    expect(log).to.deep.equal(['A hashing thread failed and is replaced']);
  });
});
