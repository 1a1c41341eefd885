import { expect } from 'chai';
import {
  DescriptionError,
  operationsOf,
  readDescription,
  type Description,
} from '../../src/api/openapi/description.js';
import { RateLimits } from '../../src/api/middleware/rateLimiter.js';
import { createRouter } from '../../src/api/openapi/router.js';
import { RequestValidator } from '../../src/api/openapi/requestValidator.js';
import { Metrics } from '../../src/observability/metrics.js';
import { memoryCounter } from '../../src/security/requestCounter.js';

const sound = await readDescription();

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** A copy of the description with a change. */
function changed(change: (description: Writable<Description>) => void): Description {
  const copy = structuredClone(sound);
  change(copy);
  return copy;
}

function operationIn(description: Description, path: string, method: 'get' | 'patch') {
  return description.paths[path]![method] as Writable<NonNullable<Description['paths'][string]['get']>>;
}

/** Descriptions with roles that cannot be enforced, and the start-up errors. */
const unsafeRoles: [message: string, description: Description][] = [
  [
    'listUsers requires the unknown role owner',
    changed((description) => (operationIn(description, '/api/v1/users', 'get')['x-required-role'] = 'owner' as never)),
  ],
  [
    'listUsers requires a role but is open to everyone',
    changed((description) => (operationIn(description, '/api/v1/users', 'get').security = [])),
  ],
];

/** Descriptions without effective authentication, and the start-up errors. */
const unsafe: [message: string, description: Description][] = [
  ['it declares no securitySchemes', changed(({ components }) => delete components!.securitySchemes)],
  ['it declares no securitySchemes', changed(({ components }) => (components!.securitySchemes = {}))],
  ['it declares no securitySchemes', changed((description) => delete description.components)],
  ['it has no security requirement at its root', changed((description) => delete description.security)],
  ['it has no security requirement at its root', changed((description) => (description.security = []))],
  [
    'it makes a security requirement optional with {}',
    changed((description) => (description.security = [{ bearerAuth: [] }, {}])),
  ],
  [
    'it makes a security requirement optional with {}',
    changed((description) => (operationIn(description, '/api/v1/users/me', 'get').security = [{}])),
  ],
  [
    'the security scheme apiKey is not declared',
    changed((description) => (operationIn(description, '/api/v1/users/me', 'patch').security = [{ apiKey: [] }])),
  ],
  [
    'the security scheme apiKey has no handler',
    changed((description) => {
      const { components } = description;
      const apiKey = { type: 'apiKey', in: 'header', name: 'X-Api-Key' };
      components!.securitySchemes = { ...components!.securitySchemes, apiKey };
      description.security = [{ bearerAuth: [] }, { apiKey: [] }];
    }),
  ],
];

const nobody = (): Promise<never> => Promise.reject(new Error('nobody'));

async function startWith(description: Description): Promise<unknown> {
  const options = {
    handlers: {} as never,
    authenticators: { bearerAuth: nobody, refreshCookie: nobody },
    rateLimits: new RateLimits(0, memoryCounter, new Metrics()),
  };
  return createRouter({ ...options, description }).catch((error: unknown) => error);
}

describe('a description', () => {
  it('is accepted in its current form', async () => {
    expect(await startWith(sound)).to.be.a('function');
  });

  for (const [index, [message, description]] of [...unsafe, ...unsafeRoles].entries()) {
    it(`is rejected when ${message} (${index + 1})`, async () => {
      expect(await startWith(description))
        .to.be.an.instanceOf(DescriptionError)
        .with.property('message', `The description cannot be served: ${message}.`);
    });
  }

  it('is rejected by the validator alone without effective authentication', async () => {
    const authenticators = {
      bearerAuth: async () => undefined as never,
      refreshCookie: async () => undefined as never,
    };
    for (const [message, description] of unsafe) {
      const validator = RequestValidator.create(description, authenticators);
      const error = await validator.catch((thrown: unknown) => thrown);
      expect(error, message).to.be.an.instanceOf(DescriptionError);
    }
  });

  it('requires the role admin for every administration operation', () => {
    const administration = operationsOf(sound).filter(({ operation }) => {
      return (operation as { tags?: string[] }).tags?.includes('Administration');
    });
    expect(administration).to.have.length.above(4);
    for (const { operation } of administration)
      expect(operation, operation.operationId).to.include({ 'x-required-role': 'admin' });
  });

  it('is rejected when one of its paths hides another', async () => {
    const path = '/docs/{file}';
    const description = changed(({ paths }) => {
      const item = JSON.stringify(paths['/docs/{asset}']).replace('"name":"asset"', '"name":"file"');
      Object.assign(paths, { [path]: JSON.parse(item.replace('getDocsAsset', 'getDocsFile')) as object });
    });
    const error = await startWith(description);
    expect(error).to.be.an.instanceOf(DescriptionError).with.property('message').that.contains(`${path} is hidden`);
  });

  it('is rejected when a reference has no target', async () => {
    const error = await startWith(changed(({ components }) => delete (components as { schemas?: object }).schemas));
    expect(error).to.be.an('error').with.property('message').that.contains('#/components/schemas/');
  });

  it('lists its operations with method and path', () => {
    const found = operationsOf(sound).map(({ method, path }) => `${method} ${path}`);
    expect(found).to.include.members(['POST /auth/signup', 'GET /api/v1/users/me', 'PATCH /api/v1/users/me']);
    expect(new Set(found).size).to.equal(found.length);
  });
});
