import { expect } from 'chai';
import { follow, operationsOf, readDescription, type Description } from '../../src/api/openapi/description.js';
import { assertAsDescribed } from '../support/contract.js';
import { startTestApp } from '../support/testApp.js';

type ObjectSchema = { properties: object; additionalProperties?: unknown };

/** All schemas of objects in a part of the description, and in what it refers to, by their places. */
function objectsIn(description: Description, node: unknown, place: string, found = new Map<string, ObjectSchema>()) {
  if (typeof node !== 'object' || node === null || found.has(place)) return found;
  if ('$ref' in node && typeof node.$ref === 'string') {
    return objectsIn(description, follow(description, node.$ref), node.$ref, found);
  }
  if ('properties' in node) found.set(place, node as ObjectSchema);
  for (const [name, value] of Object.entries(node)) {
    if (!/^(examples?|default|const|enum)$/.test(name)) objectsIn(description, value, `${place}/${name}`, found);
  }
  return found;
}

describe('objects', () => {
  const requests = new Map<string, ObjectSchema>();
  const answers = new Map<string, ObjectSchema>();
  before(async () => {
    const description = await readDescription();
    for (const { operation } of operationsOf(description)) {
      const { operationId: id, requestBody, responses } = operation;
      objectsIn(description, requestBody, `${id}: requestBody`, requests);
      objectsIn(description, responses, `${id}: responses`, answers);
    }
  });

  it('in requests are closed, so that a typo is an error', () => {
    expect(requests).to.have.property('size').above(9);
    for (const [place, schema] of requests) expect(schema.additionalProperties, place).to.equal(false);
  });

  it('in answers are open, so that a new field breaks no client', () => {
    expect(answers).to.have.property('size').above(9);
    for (const [place, schema] of answers) expect([undefined, true], place).to.include(schema.additionalProperties);
  });

  it('in answers have no field that is not described', async () => {
    const app = await startTestApp();
    const health = await app.call('getLiveness');
    const failure = await app.call('logIn', { body: { email: 'x', password: 'x' } });
    await app.close();
    const { errors } = failure.body as { errors: object[] };
    for (const [id, response, object] of [
      ['getLiveness', health, health.body],
      ['logIn', failure, failure.body],
      ['logIn', failure, errors[0]],
    ] as const) {
      Object.assign(object as object, { surprise: 1 });
      expect(() => assertAsDescribed(id, response), id).to.throw('must NOT have additional properties');
      Reflect.deleteProperty(object as object, 'surprise');
      assertAsDescribed(id, response);
    }
  });
});
