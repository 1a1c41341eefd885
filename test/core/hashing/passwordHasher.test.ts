import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as tick } from 'node:timers/promises';
import { expect } from 'chai';
import { OverloadedError } from '../../../src/core/errors.js';
import { median } from '../../support/median.js';
import { milliseconds } from '../../support/milliseconds.js';
import { TestHasher } from '../../support/testHasher.js';
import { until } from '../../support/until.js';

/** The longest time that the event loop let a timer wait while this work was going on. */
async function longestWait(work: Promise<unknown>): Promise<number> {
  const done = work.then(() => 'done');
  for (let longest = 0; ;) {
    const start = performance.now();
    const first = await Promise.race([done, tick(1, 'tick')]);
    longest = Math.max(longest, performance.now() - start);
    if (first === 'done') return longest;
  }
}

/** How many threads of this process have the lowest priority but one: see proc_pid_stat(5). */
async function lowThreads(): Promise<number> {
  const ids = await readdir('/proc/self/task');
  const stats = await Promise.all(ids.map((id) => readFile(`/proc/self/task/${id}/stat`, 'utf8').catch(() => '')));
  // Field 19; what comes before field 3 may have blanks in it.
  return stats.filter((stat) => stat.split(') ').at(-1)!.split(' ')[16] === '19').length;
}

describe('a password', () => {
  let hasher: TestHasher;
  before(() => (hasher = new TestHasher({ cost: 4, threads: 2, queueMax: 100 })));
  after(() => hasher.close());

  it('is right against its own hash, and another is not', async () => {
    const hash = await hasher.hash('correct horse');
    expect(await hasher.verify('correct horse', hash)).to.equal(true);
    expect(await hasher.verify('Correct horse', hash)).to.equal(false);
  });

  it('is stored as bcrypt over HMAC, salted, at the cost that is set', async () => {
    const [one, other] = await Promise.all([hasher.hash('correct horse'), hasher.hash('correct horse')]);
    expect(one).to.match(/^bcrypt-hmac-sha256:\$2b\$04\$[./A-Za-z0-9]{53}$/);
    expect(one).not.to.equal(other);
  });

  const pairs: [what: string, password: string, other: string][] = [
    ['counts beyond its first 72 bytes', `${'x'.repeat(72)}a`, `${'x'.repeat(72)}b`],
    ['counts behind a NUL', 'a\0b', 'a\0c'],
    ['counts a NUL at its end', 'a\0', 'a'],
    ['counts to the last of 256 four-byte characters', '😀'.repeat(256), `${'😀'.repeat(255)}😁`],
    ['is never trimmed', ' correct horse ', 'correct horse'],
    ['differs from itself in capitals', 'Correct Horse', 'correct horse'],
  ];
  for (const [what, password, other] of pairs) {
    it(what, async () => {
      const hash = await hasher.hash(password);
      expect(await hasher.verify(password, hash)).to.equal(true);
      expect(await hasher.verify(other, hash)).to.equal(false);
    });
  }

  it('is wrong for somebody unknown', async () => {
    expect(await hasher.verify('correct horse', undefined)).to.equal(false);
    expect(await hasher.verify('', undefined)).to.equal(false);
  });

  it('is not compared with a hash of another kind', async () => {
    const error = await hasher
      .verify('correct horse', '$argon2id$v=19$m=65536,t=2,p=1$c2FsdA$aGFzaA')
      .catch((thrown: unknown) => thrown);
    expect(error).to.be.an('error').with.property('message', 'A stored password hash is of an unknown kind.');
  });
});

describe('hashing passwords', () => {
  /** The threads let everything else on the machine go first. In milliseconds. */
  const patience = 120_000;

  it('takes as long for somebody unknown as for somebody known', async function () {
    this.timeout(patience);
    const hasher = new TestHasher({ cost: 8, threads: 1, queueMax: 1 });
    const hash = await hasher.hash('correct horse');
    const known: number[] = [];
    const unknown: number[] = [];
    for (let round = 0; round < 20; round += 1) {
      known.push(await milliseconds(() => hasher.verify('wrong', hash)));
      unknown.push(await milliseconds(() => hasher.verify('wrong', undefined)));
    }
    await hasher.close();
    expect(median(unknown) / median(known)).to.be.within(0.5, 2);
  });

  it('refuses what is more than the threads and the queue take, and goes on with the rest', async () => {
    const hasher = new TestHasher({ cost: 4, threads: 1, queueMax: 1 });
    const results = await Promise.allSettled([hasher.hash('a'), hasher.verify('b', undefined), hasher.hash('c')]);
    const later = await hasher.hash('d');
    await hasher.close();
    expect(results.map(({ status }) => status)).to.deep.equal(['fulfilled', 'fulfilled', 'rejected']);
    expect((results[2] as PromiseRejectedResult).reason)
      .to.be.an.instanceOf(OverloadedError)
      .and.include({ code: 'overloaded', statusCode: 503 });
    expect(later).to.be.a('string');
  });

  it('leaves the event loop free', async function () {
    this.timeout(patience);
    const hasher = new TestHasher({ cost: 12, threads: 1, queueMax: 10 });
    let longest = 0;
    const elapsed = await milliseconds(async () => {
      longest = await longestWait(Promise.all([hasher.hash('a'), hasher.hash('b')]));
    });
    await hasher.close();
    expect(longest).to.be.below(elapsed / 4);
  });

  it('is done by as many threads as are wanted and no more, of low priority, which go when they are idle', async function () {
    if (process.platform !== 'linux') return this.skip();
    const before = await lowThreads();
    const hasher = new TestHasher({ cost: 10, threads: 2, queueMax: 10, idleThreadMs: 100 });
    const count = async (): Promise<number> => (await lowThreads()) - before;
    await hasher.hash('a');
    expect(await count()).to.equal(1);
    const hashes = Promise.all(Array.from({ length: 6 }, () => hasher.hash('a')));
    await until(async () => (await count()) === 2);
    await hashes;
    await until(async () => (await count()) === 1);
    await hasher.close();
  });

  it('is done by bcryptjs where there is no WebAssembly, which the log says once', async () => {
    const log: string[] = [];
    const logger = { warn: (message: string) => void log.push(message) };
    const options = { cost: 4, threads: 1, queueMax: 1 };
    const { WebAssembly: present } = globalThis as { WebAssembly?: unknown };
    Object.assign(globalThis, { WebAssembly: undefined });
    const hasher = new TestHasher(options, logger as never);
    Object.assign(globalThis, { WebAssembly: present });
    const hash = await hasher.hash('correct horse');
    expect(await hasher.verify('correct horse', hash)).to.equal(true);
    await hasher.close();
    expect(log).to.have.length(1);
    expect(log[0]).to.match(/^bcryptjs hashes passwords/);
  });

  it('ends after what is under way', async () => {
    const hasher = new TestHasher({ cost: 8, threads: 1, queueMax: 1 });
    const hashes = [hasher.hash('a'), hasher.hash('b')];
    await hasher.close();
    expect(await Promise.all(hashes)).to.have.length(2);
  });

  it('takes as long over a wrong password whatever the cost of the hash is', async () => {
    const hasher = new TestHasher({ cost: 9, threads: 1, queueMax: 1 });
    const cheapHasher = new TestHasher({ cost: 5, threads: 1, queueMax: 1 });
    const cheap = await cheapHasher.hash('correct horse');
    await cheapHasher.close();
    const times = { cheap: [] as number[], nobody: [] as number[] };
    const time = async (hash: string | undefined): Promise<number> => {
      const begin = performance.now();
      expect(await hasher.verify('wrong', hash)).to.equal(false);
      return performance.now() - begin;
    };
    await time(undefined);
    for (let n = 0; n < 15; n += 1) {
      times.cheap.push(await time(cheap));
      times.nobody.push(await time(undefined));
    }
    const median = (values: number[]): number => values.sort((one, other) => one - other)[7]!;
    // Without making up for it, it would be a sixteenth.
    expect(median(times.cheap) / median(times.nobody)).to.be.within(0.5, 2);
    expect(await hasher.verify('correct horse', cheap)).to.equal(true);
    await hasher.close();
  });
});
