import addFormats from 'ajv-formats';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import { readDescription } from '../../src/api/openapi/description.js';
import { textFormats } from '../../src/domain/textFormats.js';

/**
 * The regular expressions that ECMA-262 without flags, Java, Python's `re`, RE2 and .NET read alike: printable ASCII, which
 * stands for itself or is escaped if it has a meaning; classes of letters, digits and ranges that are not negated; groups;
 * alternatives; counted and greedy quantifiers; `^` at the beginning and `$` at the end. (As in JSON Schema 2020-12, section
 * 6.4, but without what depends on Unicode: `.` and negated classes.)
 *
 * One difference remains: to `$` in Java and Python, a line break at the very end is the end too.
 */
const isPortable = (() => {
  const inClass = String.raw`(?:[ -%'-,.-Z_-{}~]|\\[\\\]^-])`;
  const oneClass = String.raw`\[-?${inClass}(?:-?${inClass})*-?\]`;
  const literal = String.raw`(?:[ -#%-',\-/-9:->@A-Z_\x60a-z~]|\\[.*+?^$(){}|[\]\\/])`;
  const quantifier = String.raw`(?:[*+?]|\{\d+(?:,\d*)?\})?`;
  const part = `(?:${oneClass}|${literal})${quantifier}`;
  const group = String.raw`\((?:${part})+(?:\|(?:${part})+)*\)${quantifier}`;
  return new RegExp(String.raw`^\^?(?:${group}|${part})+\$?$`);
})();

/** Every schema keyword of the description with this name, with the schema. */
function keywords(name: 'pattern' | 'format', node: unknown): [value: string, schema: object][] {
  if (typeof node !== 'object' || node === null) return [];
  const own = Object.entries(node).filter(([key, value]) => key === name && typeof value === 'string');
  const inside = Object.entries(node).filter(([key]) => !/^(examples?|default|const|enum)$/.test(key));
  return [
    ...own.map(([, value]): [string, object] => [value as string, node]),
    ...inside.flatMap(([, value]) => keywords(name, value)),
  ];
}

describe('what tools read in the description', () => {
  let description: { info: { description: string } };
  before(async () => (description = (await readDescription()) as never));

  it('has patterns that all languages read alike', () => {
    const patterns = keywords('pattern', description);
    expect(patterns).to.have.length.above(5);
    for (const [pattern] of patterns) {
      expect(isPortable.test(pattern), pattern).to.equal(true);
      new RegExp(pattern);
    }
  });

  for (const pattern of [
    ...[
      String.raw`^\d+$`,
      String.raw`^\s*$`,
      String.raw`\w`,
      String.raw`\bx`,
      String.raw`^[^\p{Cc}]*$`,
      String.raw`^\u0041$`,
    ],
    ...[
      '^[^]$',
      '^[^a]$',
      '^.*$',
      '(?=a)',
      '(?!a)',
      '(?<=a)',
      '(?<name>a)',
      '(?:a)',
      '(?i)a',
      'a++',
      'a*?',
      'é',
      String.raw`\x41`,
    ],
    ...[
      String.raw`[\d]`,
      String.raw`\A`,
      String.raw`a\z`,
      '[[:alpha:]]',
      '[a&&b]',
      '[]a]',
      '[]',
      'a{',
      '{',
      'a^b',
      'a$b',
      String.raw`(a)\1`,
    ],
  ]) {
    it(`would not have the pattern ${pattern}`, () => expect(isPortable.test(pattern)).to.equal(false));
  }

  it('has standard formats that our values have in every tool, and others that it explains and the validator knows', () => {
    const explained = Array.from(
      description.info.description.matchAll(/^\| `([a-z-]+)` \| .+\.+ \|$/gm),
      ([, name]) => name,
    );
    expect(explained.sort()).to.deep.equal(Object.keys(textFormats).sort());
    const used = new Set(keywords('format', description).map(([format]) => format));
    // Our addresses may be in Unicode, which the standard formats `email` (RFC 5321) and, in many tools, `idn-email` refuse.
    for (const format of used) {
      if (!explained.includes(format)) expect(['date-time', 'uuid', 'int32'], format).to.include(format);
    }
    for (const format of explained) expect(used, format).to.include(format);
  });

  it('has examples that the patterns and formats accept', () => {
    const ajv = new Ajv2020({ strict: false, formats: textFormats });
    (addFormats as unknown as (instance: Ajv2020) => void)(ajv);
    const schemas = [...keywords('pattern', description), ...keywords('format', description)].map(
      ([, schema]) => schema,
    );
    for (const schema of schemas as { examples?: unknown[] }[]) {
      expect(schema.examples, JSON.stringify(schema)).to.have.length.above(0);
      for (const example of schema.examples ?? [])
        expect(ajv.validate(schema, example), ajv.errorsText()).to.equal(true);
    }
  });
});
