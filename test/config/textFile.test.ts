import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { readTextFile, readTextLines } from '../../src/config/textFile.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporaryFolder.js';

describe('text files', () => {
  after(removeTemporaryFolders);

  const text = 'ä=1\r\n\nb\uFEFF=😀\n';
  const files: Record<string, Buffer> = {
    'UTF-8': Buffer.from(text),
    'UTF-8 with a byte order mark': Buffer.from(`\uFEFF${text}`),
    'UTF-16 with a byte order mark': Buffer.from(`\uFEFF${text}`, 'utf16le'),
  };
  for (const [kind, bytes] of Object.entries(files)) {
    it(`are read in ${kind}, at once or by lines`, async () => {
      const file = join(await temporaryFolder(), 'file');
      await writeFile(file, bytes);
      expect(readTextFile(file)).to.equal(text);
      const lines: string[] = [];
      for await (const line of readTextLines(file)) lines.push(line);
      expect(lines).to.deep.equal(['ä=1', '', 'b\uFEFF=😀']);
    });
  }

  const others: Record<string, Buffer> = {
    'Latin-1': Buffer.from('Café=1', 'latin1'),
    'UTF-16 BE': Buffer.from('\uFEFFa=1', 'utf16le').swap16(),
  };
  for (const [kind, bytes] of Object.entries(others)) {
    it(`are refused in ${kind}`, async () => {
      const file = join(await temporaryFolder(), 'file');
      await writeFile(file, bytes);
      expect(() => readTextFile(file)).to.throw('neither in UTF-8 nor in UTF-16 LE');
    });
  }

  it('may be empty', async () => {
    const file = join(await temporaryFolder(), 'file');
    await writeFile(file, '');
    expect(readTextFile(file)).to.equal('');
    for await (const line of readTextLines(file)) expect.fail(line);
  });
});
