import { copyFile, mkdir, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { javaScript, native } from '../../src/core/bcryptEngine.cjs';
import { PasswordHasher } from '../../src/core/passwordHasher.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporaryFolder.js';

const require = createRequire(import.meta.url);

describe('the native bcrypt and the one in JavaScript', () => {
  const compiled = native()!;
  const passwords = ['correct horse', '', 'ü'.repeat(40), `${'x'.repeat(72)} and more`, 'a\0b'];

  it('both load here, and are two', () => {
    expect([compiled.name, javaScript.name]).to.deep.equal(['native', 'bcryptjs']);
  });

  for (const password of passwords) {
    it(`verify each other's hashes of ${JSON.stringify(password).slice(0, 20)}`, () => {
      for (const [maker, verifier] of [
        [compiled, javaScript],
        [javaScript, compiled],
      ] as const) {
        const hash = maker.hash(password, 4);
        expect(hash).to.match(/^\$2b\$04\$/);
        for (const variant of ['$2a$', '$2b$', '$2y$']) {
          expect(verifier.verify(password, hash.replace('$2b$', variant)), variant).to.equal(true);
          expect(verifier.verify(`!${password}`, hash.replace('$2b$', variant)), variant).to.equal(false);
        }
      }
    });
  }

  it('agree that what follows byte 72 of a bare password does not count', () => {
    const hash = compiled.hash(`${'x'.repeat(72)}a`, 4);
    expect([compiled, javaScript].map((engine) => engine.verify(`${'x'.repeat(72)}b`, hash))).to.deep.equal([
      true,
      true,
    ]);
  });

  it('make hashers that know what the other stored', async () => {
    const options = { cost: 4, threads: 1, queueMax: 10 };
    const [fast, plain] = [new PasswordHasher(options), new PasswordHasher({ ...options, engine: 'bcryptjs' })];
    expect(await plain.verify('correct horse', await fast.hash('correct horse'))).to.equal(true);
    expect(await fast.verify('correct horse', await plain.hash('correct horse'))).to.equal(true);
    await Promise.all([fast.close(), plain.close()]);
  });
});

describe('where the native bcrypt is not installed', () => {
  afterEach(removeTemporaryFolders);

  it('passwords are hashed all the same', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'node_modules'));
    await symlink(
      fileURLToPath(new URL('../../node_modules/bcryptjs', import.meta.url)),
      join(folder, 'node_modules/bcryptjs'),
    );
    const file = join(folder, 'bcryptEngine.cjs');
    await copyFile(new URL('../../src/core/bcryptEngine.cjs', import.meta.url), file);
    const engines = require(file) as { native: typeof native; javaScript: typeof javaScript };
    expect(engines.native()).to.equal(undefined);
    expect(engines.javaScript.verify('x', engines.javaScript.hash('x', 4))).to.equal(true);
  });
});
