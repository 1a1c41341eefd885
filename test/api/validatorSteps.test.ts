import { expect } from 'chai';
import type { Request, RequestHandler } from 'express';
import { middleware } from 'express-openapi-validator';
import { operationsOf, readDescription, type Description, type PlacedOperation } from '../../src/api/description.js';
import { validatorSteps } from '../../src/api/validatorSteps.js';
import { exampleBody, examplePath } from '../support/contract.js';

/** What the steps make of a request, and a fault where they have one. */
async function take(steps: readonly RequestHandler[], names: readonly string[], req: object): Promise<void> {
  for (const name of names) {
    const step = steps.find((each) => each.name === name)!;
    await new Promise<void>((resolve, reject) => {
      void step(req as Request, {} as never, (error?: unknown) => (error ? reject(error) : resolve()));
    });
  }
}

const lookUp = ['pathParamsMiddleware', 'metadataMiddleware'];

/** A request of this operation, as the server shows it to the validator. */
function requestOf({ method, path, operation }: PlacedOperation) {
  const params = examplePath(operation.operationId);
  const url = path.replace(/\{(\w+)\}/g, (_, name: string) => params[name]!);
  const app = { param: () => undefined, enabled: () => false };
  const headers = { 'content-type': 'application/json' };
  return { method, path: url, originalUrl: url, baseUrl: '', app, headers, query: {}, params };
}

/** What the steps know of an operation, but for its answers. */
async function knowledge(steps: readonly RequestHandler[], placed: PlacedOperation): Promise<unknown> {
  const req = requestOf(placed) as ReturnType<typeof requestOf> & { openapi: Known };
  await take(steps, lookUp, req);
  const { schema, openApiRoute, expressRoute, pathParams } = req.openapi;
  return { openApiRoute, expressRoute, pathParams, schema: { ...schema, responses: undefined } };
}

interface Known {
  schema: object;
  openApiRoute: string;
  expressRoute: string;
  pathParams: Record<string, string>;
}

/** What the steps say of a request: its faults, or the body and the query that they let through. */
async function verdict(steps: readonly RequestHandler[], placed: PlacedOperation, sent: Sent): Promise<unknown> {
  const req: { body?: unknown; query: unknown } = structuredClone({ ...requestOf(placed), ...sent, app: undefined });
  Object.assign(req, { app: requestOf(placed).app });
  try {
    await take(steps, [...lookUp, 'requestMiddleware'], req);
    return { body: req.body, query: req.query };
  } catch (error) {
    const { status, errors } = error as { status?: number; errors?: unknown };
    if (status === undefined) throw error;
    return { status, errors };
  }
}

interface Sent {
  body?: unknown;
  query?: Record<string, unknown>;
}

const oddValues = [null, true, 0, -1, 1e300, '', ' ', 'x'.repeat(5000), '\u0000', 'a@b.example', [], ['x'], {}];

/** The body that the description itself gives, each of its fields gone or odd, another beside them, and none of it. */
function bodiesOf({ operation }: PlacedOperation): unknown[] {
  const example = exampleBody(operation.operationId);
  if (!example) return [];
  const odd = Object.keys(example).flatMap((name) => [
    ...oddValues.map((value) => ({ ...example, [name]: value })),
    Object.fromEntries(Object.entries(example).filter(([key]) => key !== name)),
  ]);
  return [example, { ...example, surprise: 1 }, undefined, ...oddValues, ...odd];
}

/** Each parameter of the query with odd values, and one that is not described. */
function queriesOf(description: Description, { operation }: PlacedOperation): Record<string, unknown>[] {
  const named = (operation.parameters ?? []).map((parameter) => {
    if (!('$ref' in parameter)) return parameter;
    const name = parameter.$ref.split('/').at(-1)!;
    return (description.components as { parameters: Record<string, { in: string; name: string }> }).parameters[name]!;
  });
  const names = named.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
  const odd = ['', '0', '7', '-1', '1e3', '9'.repeat(400), 'true', 'x', ['1', '2'], { a: '1' }];
  return [{}, { surprise: '1' }, ...names.flatMap((name) => odd.map((value) => ({ [name]: value })))];
}

describe('The steps of the validator', () => {
  const options = { validateResponses: false, validateSecurity: false, fileUploader: false } as const;
  const validateRequests = { allErrors: true, allowUnknownQueryParameters: false };
  let description: Description;
  let own: RequestHandler[];
  let steps: RequestHandler[];

  before(async () => {
    description = await readDescription();
    const apiSpec = structuredClone(description) as never;
    own = middleware({ ...options, validateRequests, apiSpec, validateApiSpec: true });
    steps = validatorSteps(description, { ...options, validateRequests });
  });

  it('know of each operation what they know when the validator checks and resolves the description itself', async () => {
    expect(steps.map(({ name }) => name)).to.deep.equal(own.map(({ name }) => name));
    const operations = operationsOf(description);
    expect(operations).to.have.length.above(20);
    for (const operation of operations) {
      const known = await knowledge(steps, operation);
      expect(known, operation.path).to.deep.equal(await knowledge(own, operation));
    }
  });

  it('say of each request what the validator says then', async () => {
    const counts = { refused: 0, let: 0 };
    for (const placed of operationsOf(description)) {
      const requests: Sent[] = [
        ...bodiesOf(placed).map((body) => ({ body })),
        ...queriesOf(description, placed).map((query) => ({ query, body: exampleBody(placed.operation.operationId) })),
      ];
      for (const sent of requests) {
        const said = await verdict(steps, placed, sent);
        const what = `${placed.operation.operationId} ${JSON.stringify(sent)}`.slice(0, 300);
        expect(said, what).to.deep.equal(await verdict(own, placed, sent));
        counts['status' in (said as object) ? 'refused' : 'let'] += 1;
      }
    }
    expect(counts.refused).to.be.above(500);
    expect(counts.let).to.be.above(50);
  });
});
