import { execFile } from 'node:child_process';
import { chmod, cp, lstat, mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { findBinaries } from '../../src/db/embedded/postgresBinaries.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporaryFolder.js';

async function versionOf(program: string): Promise<string> {
  return (await promisify(execFile)(program, ['--version'], { env: {} })).stdout;
}

describe('the binaries of the embedded PostgreSQL', () => {
  /** The package as an installation without install scripts leaves it: without the links between its libraries. */
  let incomplete: string;
  before(async () => {
    incomplete = await temporaryFolder('a package');
    const { postgres } = await findBinaries(await temporaryFolder(), false);
    await cp(join(dirname(postgres), '..'), join(incomplete, 'native'), {
      recursive: true,
      filter: async (file) => !(await lstat(file)).isSymbolicLink(),
    });
    await writeFile(join(incomplete, 'package.json'), '{ "version": "1.2.3" }');
  });
  after(removeTemporaryFolders);

  it('run from a copy that has the links of its libraries, when install scripts were switched off', async () => {
    const broken = versionOf(join(incomplete, 'native', 'bin', 'postgres'));
    expect(await broken.catch((error: unknown) => error)).to.be.an('error');
    const cache = await temporaryFolder('a cache');
    const [found, same] = await Promise.all([
      findBinaries(cache, false, incomplete),
      findBinaries(cache, false, incomplete),
    ]);
    expect(found).to.deep.equal(same);
    expect(found.postgres).to.equal(join(cache, 'postgres-binaries-1.2.3', 'native', 'bin', 'postgres'));
    expect(await versionOf(found.initdb)).to.match(/^initdb \(PostgreSQL\) \d+/);
    expect(await versionOf(found.postgres)).to.match(/^postgres \(PostgreSQL\) \d+/);
  });

  it('run from where they are installed when they are whole, unless another user has to run them and cannot reach them', async () => {
    const whole = await temporaryFolder('a whole package');
    await mkdir(join(whole, 'native'));
    const { postgres } = await findBinaries(await temporaryFolder('a cache'), false, incomplete);
    await cp(join(dirname(postgres), '..'), join(whole, 'native'), { recursive: true, verbatimSymlinks: true });
    await writeFile(join(whole, 'package.json'), '{ "version": "1.2.3" }');
    const cache = await temporaryFolder('a cache');
    expect((await findBinaries(cache, true, whole)).postgres).to.contain(whole);
    await chmod(whole, 0o700);
    expect((await findBinaries(cache, false, whole)).postgres).to.contain(whole);
    const copy = (await findBinaries(cache, true, whole)).postgres;
    expect(copy).to.contain(cache);
    expect((await stat(dirname(copy))).mode & 0o005).to.equal(0o005);
    expect(await versionOf(copy)).to.match(/^postgres \(PostgreSQL\) \d+/);
  });
});
