import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { parse } from 'yaml';

const published = 'generated/openapi.yaml';

/** PyYAML reads YAML 1.1 only. A time of its own becomes an error: JSON has none. */
const pythonProgram = 'import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1], encoding="utf-8"))))';

describe('the YAML of the description', () => {
  let json: unknown;
  before(async () => {
    json = JSON.parse(await readFile('generated/openapi.json', 'utf8'));
  });

  for (const version of ['1.1', '1.2'] as const) {
    it(`is the same as the JSON to a parser of YAML ${version}`, async () => {
      expect(parse(await readFile(published, 'utf8'), { version })).to.deep.equal(json);
    });
  }

  it('is the same as the JSON to PyYAML', async function () {
    const python = promisify(execFile)('python3', ['-c', pythonProgram, published], { maxBuffer: Infinity });
    const read = await python.catch((error: unknown) => {
      if (/ENOENT|No module named 'yaml'/.test(String(error))) return undefined;
      throw error;
    });
    if (!read) return this.skip();
    expect(JSON.parse(read.stdout)).to.deep.equal(json);
  });

  it('is written in files that parsers of YAML 1.1 and 1.2 read alike', async () => {
    const names = await readdir('openapi', { recursive: true });
    const files = names.filter((name) => name.endsWith('.yaml')).map((name) => `openapi/${name}`);
    expect(files).to.have.length.above(90);
    for (const file of files) {
      const text = await readFile(file, 'utf8');
      expect(parse(text, { version: '1.1' }), file).to.deep.equal(parse(text));
    }
  });
});
