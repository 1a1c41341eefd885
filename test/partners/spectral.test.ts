import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const project = fileURLToPath(new URL('../../', import.meta.url));
const bundle = 'generated/openapi.json';

interface Document {
  paths: Record<string, Record<string, object>>;
  components: { schemas: Record<string, { properties: Record<string, object> }> };
}

/** Lints a description as `npm run check:spectral` lints the bundle, and returns the rules that it breaks. */
function brokenRules(description: Document): string[] {
  const words = [
    'spectral',
    'lint',
    '--fail-severity=hint',
    '--format=json',
    '--stdin-filepath=generated/openapi.yaml',
  ];
  const { stdout, status } = spawnSync('npx', words, {
    cwd: project,
    input: JSON.stringify(description),
    encoding: 'utf8',
  });
  const findings = JSON.parse(stdout.slice(0, stdout.lastIndexOf(']') + 1)) as { code: string }[];
  expect(status).to.equal(findings.length === 0 ? 0 : 1);
  return Array.from(new Set(findings.map(({ code }) => code))).sort();
}

describe('Spectral', () => {
  it('finds an operation that is public by mistake, and input without limits', async () => {
    const description = JSON.parse(await readFile(new URL(`../../${bundle}`, import.meta.url), 'utf8')) as Document;
    expect(brokenRules(description)).to.deep.equal([]);

    description.paths['/api/v1/users']!['get'] = { ...description.paths['/api/v1/users']!['get'], security: [] };
    const { properties } = description.components.schemas['UserUpdateRequest']!;
    properties['nickname'] = { type: 'string' };
    properties['age'] = { type: 'integer' };
    properties['tags'] = { type: 'array', items: { type: 'boolean' } };
    expect(brokenRules(description)).to.deep.equal([
      'owasp:api2:2023-read-restricted',
      'owasp:api4:2023-array-limit',
      'owasp:api4:2023-integer-format',
      'owasp:api4:2023-integer-limit',
      'owasp:api4:2023-string-limit',
      'owasp:api4:2023-string-restricted',
    ]);
  });
});
