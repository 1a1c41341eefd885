import type { RequestHandler } from 'express';
import type { OpenAPIFramework } from 'express-openapi-validator/dist/framework/index.js';
import { OpenApiSpecLoader } from 'express-openapi-validator/dist/framework/openapi.spec.loader.js';
import { OpenApiValidator, type OpenApiValidatorOpts } from 'express-openapi-validator/dist/openapi.validator.js';
import { follow, operationsOf, type Description } from './description.js';

/** Where the description says that it is served: at the root. */
const basePaths = ['/'];

/**
 * The steps of express-openapi-validator, as its `middleware` returns them, for requests to what `npm run generate` has made:
 * a description in one file, and checked against the schema of OpenAPI.
 *
 * `middleware` would do both again in each start: compile that schema, and look for other files. And it would compile each
 * schema that a body or an answer refers to, only to find it: those of bodies are found here, and those of answers, which
 * only the tests validate, left out. All that is a quarter of a start (docs/performance.md). A test compares what becomes of
 * the description.
 */
export function validatorSteps(
  description: Description,
  options: Omit<OpenApiValidatorOpts, 'apiSpec'>,
): RequestHandler[] {
  const apiDoc = withoutAnswers(description) as never;
  const loader = new OpenApiSpecLoader({ apiDoc });
  const { framework } = loader as unknown as { framework: Pick<OpenAPIFramework, 'initialize'> };
  framework.initialize = async (visitor) => {
    visitor.visitApi?.({ basePaths, getApiDoc: () => apiDoc });
    return { apiDoc, basePaths };
  };
  const validator = new OpenApiValidator({ ...options, apiSpec: apiDoc });
  return validator.installMiddleware(loader.load()) as RequestHandler[];
}

/** A copy, for the validator to change, whose bodies refer to no schema, but are it. */
function withoutAnswers(description: Description): Description {
  const copy = structuredClone(description);
  for (const { operation } of operationsOf(copy)) {
    operation.responses = {};
    for (const body of Object.values(operation.requestBody?.content ?? {})) {
      if (body.schema?.$ref !== undefined) body.schema = follow(copy, body.schema.$ref);
    }
  }
  return copy;
}
