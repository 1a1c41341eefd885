import { readdir, readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { OverloadedError } from '../../../src/errors.js';
import { median } from '../../support/median.js';
import { milliseconds } from '../../support/milliseconds.js';
import { PasswordHasher } from '../../../src/security/hashing/passwordHasher.js';
import type { HashTask } from '../../../src/security/hashing/passwordHashWorker.cjs';
import { TestHasher } from '../../support/testHasher.js';
import { until } from '../../support/until.js';

const engines = ['@node-rs/bcrypt', 'bcryptjs'] as const;

const password = 'correct horse battery staple';

/** Hashes stored by version 1.0.0. */
const stored: [password: string, hash: string][] = [
  [password, 'bcrypt-hmac-sha256:$2b$04$qzCzezcGZxPNvCyd8XmzVeOylfEk1uHowl0f4ZnNsOyi1GR62qg4K'],
  [password, 'bcrypt-hmac-sha256:$2b$12$EC1N3DyKCqnRCYvFkAsmgubY3MhwBnImfML/SzR15OBak46/K6weW'],
  ['пароль из слов', 'bcrypt-hmac-sha256:$2b$04$01MzLMUol3NLJvcZQQU77u1XGgRhT.0Z8WedDiildwUoqzHDcBzUO'],
  ['😀'.repeat(256), 'bcrypt-hmac-sha256:$2b$04$hO7J6vwbpAr1FKeIL/WjEOk1n55AYUL6zF9MlVvM5RcsNFqzQ4CWW'],
  [`${'x'.repeat(200)}a`, 'bcrypt-hmac-sha256:$2b$04$uymnEYlouH4TjaNcJRC93u.FLULZU7q6PLBJ1apgohQQuAGS9ATw2'],
  ['a\0b', 'bcrypt-hmac-sha256:$2b$04$5QwsP8EjrI8OJW5k.prHyO5IiA2a0.w47cqqy6wOnR2PNRoAYSn/W'],
];

/** Hashes of other systems: crypt_blowfish's test vectors, libxcrypt, bcryptjs. */
const imported: [password: string, hash: string][] = [
  ['U*U*U', '$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a'],
  ['', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy'],
  [password, '$2b$04$kvodIGR3GyYgWTAL3eVQBOKsRFj9Nn1xuaNQzfBH4y7a5hle1UTpa'],
  [password, '$2y$04$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG'],
  ['é'.repeat(50), '$2b$04$hwiMxBTW7fuY2R8JOT/C9uAE9En1x9smgQIsa58DlhjcIPNuNDb5m'],
  ['é'.repeat(50), '$2y$04$abcdefghijklmnopqrstuuKiIlCeXB6chNXkLyAo8C7XcLPzh6zUe'],
  [`${'x'.repeat(72)}a`, '$2y$04$abcdefghijklmnopqrstuubzadhGtS2zEF.gu0yd0opP6cVzb.e0i'],
  ['a\0b', '$2b$04$WUL5mHbjoincekUEhjhqpO7u8j4dpQRy.i4Dhr8.hm8ikdPGRCK6m'],
];

/** Hashes of a decomposed password: of version 1.0.0, and of another system. */
const decomposedHashes: [password: string, hash: string][] = [
  ['cafe\u0301 cre\u0300me', 'bcrypt-hmac-sha256:$2b$04$U8/iCygzzpktUJCylzDrEOiB9fXQPNcpBaRx4nit8t2gIPcfoC6Qi'],
  ['cafe\u0301 cre\u0300me', '$2b$04$fOcosUEj8MSXe2w.YjugUOiGEuMj7JlA2FbSyaVfVKFR3ooYIjavS'],
];

describe('PasswordHasher', () => {
  /** Long, because the threads have low priority. In milliseconds. */
  const patience = 120_000;
  const hashers: TestHasher[] = [];

  function hasherOf(options: Partial<ConstructorParameters<typeof TestHasher>[0]> = {}): TestHasher {
    const hasher = new TestHasher({ cost: 4, threads: 1, queueMax: 100, ...options });
    hashers.push(hasher);
    return hasher;
  }
  afterEach(() => Promise.all(hashers.splice(0).map((hasher) => hasher.close())));

  for (const engine of engines) {
    it(`verifies what version 1.0.0 and other systems stored, with ${engine}`, async function () {
      this.timeout(patience);
      const hasher = hasherOf({ engine });
      for (const [right, hash] of [...stored, ...imported]) {
        expect(await hasher.verify(right, hash), hash).to.equal(true);
        expect(await hasher.verify(`!${right}`, hash), hash).to.equal(false);
      }
    });

    it(`stores hashes with ${engine} that each engine verifies`, async () => {
      const hash = await hasherOf({ engine }).hash(password);
      expect(hash).to.match(/^bcrypt-hmac-sha256-nfc:\$2b\$04\$[./A-Za-z0-9]{53}$/);
      for (const other of engines) {
        const hasher = hasherOf({ engine: other });
        expect(await hasher.verify(password, hash), other).to.equal(true);
        expect(await hasher.verify(password.toUpperCase(), hash), other).to.equal(false);
      }
    });
  }

  it('salts every hash', async () => {
    const hasher = hasherOf();
    const [one, other] = await Promise.all([hasher.hash(password), hasher.hash(password)]);
    expect(one).not.to.equal(other);
  });

  const pairs: [what: string, password: string, other: string][] = [
    ['bytes after the 72nd', `${'x'.repeat(72)}a`, `${'x'.repeat(72)}b`],
    ['bytes after a NUL', 'a\0b', 'a\0c'],
    ['a NUL at the end', 'a\0', 'a'],
    ['the last of 256 four-byte characters', '😀'.repeat(256), `${'😀'.repeat(255)}😁`],
    ['spaces at the ends', ' correct horse ', 'correct horse'],
    ['capitals', 'Correct Horse', 'correct horse'],
  ];
  it('distinguishes passwords by every byte', async () => {
    const hasher = hasherOf();
    for (const [what, right, wrong] of pairs) {
      const hash = await hasher.hash(right);
      expect(await hasher.verify(right, hash), what).to.equal(true);
      expect(await hasher.verify(wrong, hash), what).to.equal(false);
    }
  });

  const composed = 'cr\u00e8me br\u00fbl\u00e9e \ud55c\uae00';
  const decomposed = composed.normalize('NFD');

  it('does not distinguish composed from decomposed characters', async () => {
    const hasher = hasherOf();
    for (const chosen of [composed, decomposed]) {
      const hash = await hasher.hash(chosen);
      for (const sent of [composed, decomposed]) expect(await hasher.verify(sent, hash)).to.equal(true);
      expect(await hasher.verify('creme brulee \ud55c\uae00', hash)).to.equal(false);
    }
  });

  it('distinguishes characters that are only compatible', async () => {
    const hasher = hasherOf();
    const hash = await hasher.hash('\ufb01ve m\u00b2');
    for (const wrong of ['five m\u00b2', '\ufb01ve m2']) expect(await hasher.verify(wrong, hash)).to.equal(false);
  });

  it('verifies hashes of version 1.0.0 and of other systems as the password was sent', async () => {
    const hasher = hasherOf();
    for (const [chosen, hash] of decomposedHashes) {
      expect(await hasher.verify(chosen, hash), hash).to.equal(true);
      expect(await hasher.verify(chosen.normalize('NFC'), hash), hash).to.equal(false);
      expect(hasher.isOutdated(hash), hash).to.equal(true);
    }
    expect(hasher.isOutdated(await hasher.hash(decomposed))).to.equal(false);
  });

  it('hashes once for an attempt, whatever the stored hash', async () => {
    const tasks: HashTask[] = [];
    const run = async (task: HashTask) => ({ value: tasks.push(task) < 0, workMs: 0 });
    const hasher = new PasswordHasher(4, { engine: 'bcryptjs', run });
    const hashes = [...decomposedHashes.map(([, hash]) => hash), stored[0]![1].replace(':', '-nfc:'), undefined];
    for (const hash of hashes) {
      expect(await hasher.verify(decomposed, hash)).to.equal(false);
      expect(tasks.splice(0), hash).to.have.length(1);
    }
  });

  it('verifies no password without a hash', async () => {
    const hasher = hasherOf();
    for (const any of [password, '']) expect(await hasher.verify(any, undefined)).to.equal(false);
  });

  it('rejects a stored hash of another format', async () => {
    const error = await hasherOf()
      .verify(password, '$argon2id$v=19$m=65536,t=2,p=1$c2FsdA$aGFzaA')
      .catch((thrown: unknown) => thrown);
    expect(error).to.be.an('error').with.property('message', 'A stored password hash has an unknown format.');
  });

  it('takes the same time for a wrong password of a current hash, of a cheaper one and of no account', async function () {
    this.timeout(patience);
    const hasher = hasherOf({ cost: 9 });
    const hashes = { current: await hasher.hash(password), cheaper: await hasherOf({ cost: 5 }).hash(password) };
    const cases = { ...hashes, unknown: undefined };
    const times: Record<string, number[]> = { current: [], cheaper: [], unknown: [] };
    for (let round = 0; round < 16; round += 1) {
      for (const [name, hash] of Object.entries(cases)) {
        times[name]!.push(await milliseconds(() => hasher.verify('wrong', hash)));
      }
    }
    const [current, ...others] = Object.values(times).map(median);
    // Without compensation for the lower cost it would be a sixteenth.
    for (const other of others) expect(other / current!).to.be.within(0.6, 1.7);
  });

  it('rejects what exceeds the threads and the queue as overloaded, and recovers', async () => {
    const hasher = hasherOf({ queueMax: 2 });
    const hashes = ['a', 'b', 'c', 'd', 'e'].map((each) => hasher.hash(each));
    const results = await Promise.allSettled(hashes);
    const reasons = results.map((result) => (result.status === 'rejected' ? (result.reason as unknown) : 'fulfilled'));
    expect(reasons.slice(0, 3)).to.deep.equal(['fulfilled', 'fulfilled', 'fulfilled']);
    for (const reason of reasons.slice(3)) {
      expect(reason).to.be.an.instanceOf(OverloadedError).and.include({ code: 'overloaded', statusCode: 503 });
    }
    expect(await hasher.hash('f')).to.be.a('string');
  });

  it('uses as many threads as configured, at low priority', async function () {
    if (process.platform !== 'linux') return this.skip();
    const before = await lowThreads();
    const hasher = hasherOf({ cost: 9, threads: 2 });
    const count = async (): Promise<number> => (await lowThreads()) - before;
    await hasher.hash('a');
    expect(await count()).to.equal(1);
    const hashes = Promise.all(Array.from({ length: 6 }, () => hasher.hash('a')));
    await until(async () => (await count()) === 2);
    await hashes;
    expect(await count()).to.equal(2);
  });
});

/** Number of threads of this process with the lowest priority: see proc_pid_stat(5). */
async function lowThreads(): Promise<number> {
  const ids = await readdir('/proc/self/task');
  const stats = await Promise.all(ids.map((id) => readFile(`/proc/self/task/${id}/stat`, 'utf8').catch(() => '')));
  // Field 19; what comes before field 3 may contain spaces.
  return stats.filter((stat) => stat.split(') ').at(-1)!.split(' ')[16] === '19').length;
}
