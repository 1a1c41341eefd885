import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { keptSecret } from '../../src/db/keptSecret.js';
import { StartError } from '../../src/startError.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporaryFolder.js';

describe('A secret that is kept', () => {
  after(removeTemporaryFolders);

  it('is generated once, also by several that ask at the same time', async () => {
    const folder = join(await temporaryFolder(), 'data');
    const secrets = await Promise.all(Array.from({ length: 5 }, () => keptSecret(folder, 'secret-key')));
    expect(new Set(secrets).size).to.equal(1);
    expect(await keptSecret(folder, 'secret-key'))
      .to.equal(secrets[0])
      .and.have.length(64);
  });

  it('names the setting of a folder that cannot be written', async () => {
    const file = join(await temporaryFolder(), 'file');
    await writeFile(file, '');
    const error = await keptSecret(join(file, 'data'), 'secret-key').catch((thrown: unknown) => thrown);
    expect(error).to.be.an.instanceOf(StartError);
    expect((error as StartError).message).to.match(/^DATA_FOLDER: .*data cannot be written \(ENOTDIR: /);
  });
});
