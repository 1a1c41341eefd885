import { expect } from 'chai';
import { pointerToField } from '../../src/api/openapi/jsonPointer.js';

describe('the pointer to an unknown field', () => {
  const body = { plain: 1, 'a/b': 1, 'c~d': 1, '/': 1, list: [{ 'x/y': 1 }], 'e/f': { 'g/h~': 1 } };

  for (const [path, pointer] of [
    ['/body/plain', '/body/plain'],
    ['/body/a/b', '/body/a~1b'],
    ['/body/c~d', '/body/c~0d'],
    ['/body//', '/body/~1'],
    ['/body/list/0/x/y', '/body/list/0/x~1y'],
    ['/body/e~1f/g/h~', '/body/e~1f/g~1h~0'],
  ] as const) {
    it(`${path} is ${pointer}`, () => expect(pointerToField(path, { body })).to.equal(pointer));
  }
});
