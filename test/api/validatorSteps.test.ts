import { expect } from 'chai';
import type { Request, RequestHandler } from 'express';
import { middleware } from 'express-openapi-validator';
import { operationsOf, readDescription, type PlacedOperation } from '../../src/api/description.js';
import { validatorSteps } from '../../src/api/validatorSteps.js';

/** What the steps know of an operation, but for its answers. */
async function knowledge(steps: readonly RequestHandler[], { method, path }: PlacedOperation): Promise<unknown> {
  const url = path.replace(/[{}]/g, '');
  const app = { param: () => undefined, enabled: () => false };
  const req = { method, path: url, originalUrl: url, baseUrl: '', app } as unknown as Request & { openapi: Known };
  for (const name of ['pathParamsMiddleware', 'metadataMiddleware']) {
    const step = steps.find((each) => each.name === name)!;
    await new Promise<void>((resolve, reject) => {
      void step(req, {} as never, (error?: unknown) => (error ? reject(error) : resolve()));
    });
  }
  const { schema, openApiRoute, expressRoute, pathParams } = req.openapi;
  return { openApiRoute, expressRoute, pathParams, schema: { ...schema, responses: undefined } };
}

interface Known {
  schema: object;
  openApiRoute: string;
  expressRoute: string;
  pathParams: Record<string, string>;
}

describe('The steps of the validator', () => {
  it('know of each operation what they know when the validator checks and resolves the description itself', async () => {
    const description = await readDescription();
    const options = { validateRequests: true, validateResponses: false, fileUploader: false } as const;
    const apiSpec = structuredClone(description) as never;
    const own = middleware({ ...options, apiSpec, validateApiSpec: true }) as unknown as RequestHandler[];
    const steps = validatorSteps(description, options);
    expect(steps.map(({ name }) => name)).to.deep.equal(own.map(({ name }) => name));
    const operations = operationsOf(description);
    expect(operations).to.have.length.above(20);
    for (const operation of operations) {
      const known = await knowledge(steps, operation);
      expect(known, operation.path).to.deep.equal(await knowledge(own, operation));
    }
  });
});
