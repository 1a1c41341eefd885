import { randomBytes } from 'node:crypto';
import { hashSync, verifySync } from '@node-rs/bcrypt';
import { expect } from 'chai';
import { bcryptjs, paired, type HashRequests } from '../../../src/core/hashing/bcryptEngine.cjs';
import { settingsOf } from '../../../src/core/hashing/bcryptText.cjs';
import { eksblowfishCode } from '../../../src/core/hashing/eksblowfishCode.js';
import { TestHasher } from '../../support/testHasher.js';

/** Of the test vectors of Openwall's crypt_blowfish, by Solar Designer. */
const published: [password: string, hash: string][] = [
  ['U*U', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
  ['U*U*', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK'],
  ['U*U*U', '$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a'],
  ['', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy'],
];

describe('the bcrypt of two at once', () => {
  const engine = paired(eksblowfishCode())!;
  const hashOf = (password: string, settings: string): string => engine.hashes([{ password, settings }])[0]!;

  for (const [password, hash] of published) {
    it(`makes the published hash of ${JSON.stringify(password)}`, () => {
      expect(hashOf(password, hash.slice(0, 29))).to.equal(hash);
    });
  }

  const passwords = [
    'correct horse',
    '',
    'ü'.repeat(40),
    'x'.repeat(71),
    'x'.repeat(72),
    'y'.repeat(200),
    'a\0b',
    '😀',
  ];
  for (const password of passwords) {
    it(`makes the hashes of other engines of ${JSON.stringify(password).slice(0, 20)}`, () => {
      const salt = randomBytes(16);
      const made = hashOf(password, settingsOf(4, salt));
      expect(made).to.equal(bcryptjs.hashes([{ password, settings: settingsOf(4, salt) }])[0]);
      expect(made).to.equal(hashSync(password, 4, salt));
      expect(verifySync(password, made)).to.equal(true);
      expect(verifySync(`!${password}`, made)).to.equal(false);
    });
  }

  it('gives each of two its own, whatever the other is, and nothing of those before', () => {
    const random = (): HashRequests[number] => ({
      password: randomBytes(Math.random() * 80).toString('latin1'),
      settings: settingsOf(4, randomBytes(16)),
    });
    for (let round = 0; round < 50; round += 1) {
      const requests: HashRequests = round % 3 === 0 ? [random()] : [random(), random()];
      expect(engine.hashes(requests)).to.deep.equal(bcryptjs.hashes(requests));
    }
  });

  it('takes any cost', () => {
    for (const cost of [5, 6, 7, 10]) {
      const requests: HashRequests = [
        { password: 'correct horse', settings: settingsOf(cost, randomBytes(16)) },
        { password: 'another', settings: settingsOf(cost, randomBytes(16)) },
      ];
      expect(engine.hashes(requests)).to.deep.equal(bcryptjs.hashes(requests));
    }
  });

  it('keeps the letter of the settings it is given', () => {
    for (const letter of ['a', 'b', 'y']) {
      const settings = settingsOf(4, randomBytes(16)).replace('$2b$', `$2${letter}$`);
      expect(hashOf('correct horse', settings)).to.match(new RegExp(`^\\$2${letter}\\$04\\$`));
    }
  });

  it('is not used where its code computes something else', () => {
    const code = eksblowfishCode()!;
    const initialState = code.initialState.map((word, index) => (index === 1041 ? word ^ 1 : word));
    expect(paired({ ...code, initialState })).to.equal(undefined);
  });

  it('is not used where there is no WebAssembly', () => {
    expect(paired(undefined)).to.equal(undefined);
  });
});

describe('hashers with either engine', () => {
  it('know what the other stored', async () => {
    const options = { cost: 4, threads: 1, queueMax: 10 };
    const [fast, plain] = [new TestHasher(options), new TestHasher({ ...options, engine: 'bcryptjs' })];
    expect(await plain.verify('correct horse', await fast.hash('correct horse'))).to.equal(true);
    expect(await fast.verify('correct horse', await plain.hash('correct horse'))).to.equal(true);
    expect(await plain.verify('Correct horse', await fast.hash('correct horse'))).to.equal(false);
    expect(await fast.verify('Correct horse', await plain.hash('correct horse'))).to.equal(false);
    await Promise.all([fast.close(), plain.close()]);
  });
});
