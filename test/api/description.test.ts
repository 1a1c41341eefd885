import { expect } from 'chai';
import {
  DescriptionError,
  operationsOf,
  readDescription,
  type Description,
} from '../../src/api/openapi/description.js';
import { RateLimits } from '../../src/api/middleware/rateLimiter.js';
import { createRouter } from '../../src/api/openapi/router.js';
import { Metrics } from '../../src/observability/metrics.js';
import { memoryCounter } from '../../src/security/requestCounter.js';

const sound = await readDescription();

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

type Change = (description: Writable<Description>) => unknown;

function operationIn({ paths }: Description, path: string, method: 'get' | 'patch' = 'get') {
  return paths[path]![method] as Writable<NonNullable<Description['paths'][string]['get']>>;
}

/** Changes that leave operations without effective authentication or roles, by the start-up error. */
const unsafe: Record<string, Change[]> = {
  'it declares no securitySchemes': [
    ({ components }) => delete components!.securitySchemes,
    ({ components }) => (components!.securitySchemes = {}),
    (description) => delete description.components,
  ],
  'it has no security requirement at its root': [
    (description) => delete description.security,
    (description) => (description.security = []),
  ],
  'it makes a security requirement optional with {}': [
    (description) => (description.security = [{ bearerAuth: [] }, {}]),
    (description) => (operationIn(description, '/api/v1/users/me').security = [{}]),
  ],
  'it requires several security schemes at once': [
    (description) => (description.security = [{ bearerAuth: [], refreshCookie: [] }]),
  ],
  'the security scheme apiKey is not declared': [
    (description) => (operationIn(description, '/api/v1/users/me', 'patch').security = [{ apiKey: [] }]),
  ],
  'the security scheme apiKey has no handler': [
    (description) => {
      Object.assign(description.components!.securitySchemes!, { apiKey: { type: 'apiKey', in: 'header', name: 'X' } });
      description.security = [{ bearerAuth: [] }, { apiKey: [] }];
    },
  ],
  'listUsers requires the unknown role owner': [
    (description) => (operationIn(description, '/api/v1/users')['x-required-role'] = 'owner' as never),
  ],
  'listUsers requires a role but is open to everyone': [
    (description) => (operationIn(description, '/api/v1/users').security = []),
  ],
};

const nobody = (): Promise<never> => Promise.reject(new Error('nobody'));

/** A handler for each operation. */
function handlersOf(description: Description): object {
  return Object.fromEntries(operationsOf(description).map(({ operation }) => [operation.operationId, nobody]));
}

/** Returns the router of the description after a change, or the error. */
async function startWith(change: Change = () => undefined): Promise<unknown> {
  const description = structuredClone(sound);
  change(description);
  const options = {
    handlers: handlersOf(sound) as never,
    authenticators: { bearerAuth: nobody, refreshCookie: nobody },
    publicPath: '',
    rateLimits: new RateLimits(0, memoryCounter, new Metrics()),
  };
  return createRouter({ ...options, description }).catch((error: unknown) => error);
}

describe('a description', () => {
  it('is accepted in its current form', async () => {
    expect(await startWith()).to.be.a('function');
  });

  for (const [message, changes] of Object.entries(unsafe)) {
    it(`is rejected when ${message}`, async () => {
      for (const change of changes) {
        expect(await startWith(change))
          .to.be.an.instanceOf(DescriptionError)
          .with.property('message', `The description cannot be served: ${message}.`);
      }
    });
  }

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
    const error = await startWith(({ paths }) => {
      const item = JSON.stringify(paths['/docs/{asset}']).replace('"name":"asset"', '"name":"file"');
      Object.assign(paths, { [path]: JSON.parse(item.replace('getDocsAsset', 'getDocsFile')) as object });
    });
    expect(error).to.be.an.instanceOf(DescriptionError).with.property('message').that.contains(`${path} is hidden`);
  });

  it('is rejected when an operation has no handler, by its name', async () => {
    const error = await startWith(({ paths }) => {
      const item = JSON.stringify(paths['/config']).replace('getPublicConfig', 'getSecretConfig');
      Object.assign(paths, { '/secret-config': JSON.parse(item) as object });
    });
    expect(error)
      .to.be.an.instanceOf(DescriptionError)
      .with.property(
        'message',
        'The description cannot be served: operations without a handler: getSecretConfig (tag Service).',
      );
  });

  it('is rejected when a reference has no target', async () => {
    const error = await startWith(({ components }) => delete components!.schemas);
    expect(error).to.be.an('error').with.property('message').that.contains('#/components/schemas/');
  });
});
