import { expect } from 'chai';
import { readDescription } from '../../src/api/openapi/description.js';

const description = await readDescription();

/** Whether generators make a type of a schema, which they name after its place if it has no name. */
function needsName(schema: object): boolean {
  return 'enum' in schema || ('type' in schema && schema.type === 'object' && 'properties' in schema);
}

/** Where the description has schemas that need a name and have none. Examples are no schemas. */
function* unnamed(node: unknown, place: readonly string[] = []): Generator<string> {
  if (typeof node !== 'object' || node === null) return;
  const isComponent = place.length === 3 && place[0] === 'components' && place[1] === 'schemas';
  if (needsName(node) && !isComponent) yield place.join('/');
  for (const [name, child] of Object.entries(node)) {
    if (name !== 'examples' && name !== 'example') yield* unnamed(child, [...place, name]);
  }
}

/** Classes and functions of the languages that clients are written in. */
const builtIn =
  /^(Error|Object|String|Number|Boolean|Array|Map|Set|Date|Promise|Request|Response|Exception|List|Any|Type)$/;

describe('the names in the description', () => {
  it('include one for every object and enum, so that no generator has to make one up', () => {
    expect([...unnamed(description)]).to.deep.equal([]);
  });

  it('are in PascalCase for schemas, and shadow nothing that is built in', () => {
    const names = Object.keys(description.components!.schemas!);
    expect(names).to.include.members(['ApiError', 'FieldError', 'ErrorCode', 'UserRole']);
    for (const name of names)
      expect(name)
        .to.match(/^([A-Z][a-z0-9]+)+$/)
        .and.not.to.match(builtIn);
  });
});
