import type { Request, RequestHandler, Response } from 'express';
import { middleware } from 'express-openapi-validator';
import { textFormats } from '../../domain/textFormats.js';
import { InvalidInputError } from '../../errors.js';
import { assertFormats, assertReferences } from './assertServable.js';
import { brokenRule, type ValidatorFault } from './brokenRule.js';
import { pointerToField } from './jsonPointer.js';
import { DescriptionError, operationsOf, parametersOf, type Description, type PlacedOperation } from './description.js';

/** Maximum faults in a response. */
const faultsMax = 50;

/** What express-openapi-validator stores in `req.openapi`. */
interface OperationMetadata {
  pathParams: Request['params'];
  openApiRoute: string;
  schema: { parameters?: readonly unknown[]; requestBody?: { required?: boolean } };
}

interface KnownOperation {
  metadata: OperationMetadata;
  /** As the description has it. */
  operation: PlacedOperation['operation'];
}

type ValidatedRequest = Request & { openapi?: OperationMetadata };

/**
 * Runs the handlers of express-openapi-validator, picked by their function names. The validator's own lookup compiles the
 * path expressions of all routes on every request. Here each operation is looked up once, at startup, where a description
 * that the validator rejects stops the start.
 */
export class RequestValidator {
  private readonly load: RequestHandler;
  private readonly lookUp: RequestHandler;
  private readonly validation: RequestHandler;
  private readonly operations = new Map<string, KnownOperation>();

  private constructor(private readonly description: Description) {
    assertReferences(description);
    assertFormats(description, Object.keys(textFormats));
    const handlers = middleware({
      apiSpec: withReservedCharacters(description) as never,
      // `npm run check` lints the description.
      validateApiSpec: false,
      validateRequests: { allErrors: true, allowUnknownQueryParameters: false },
      validateResponses: false,
      // The router authenticates (authenticate.ts).
      validateSecurity: false,
      ignoreUndocumented: false,
      fileUploader: false,
      validateFormats: true,
      formats: textFormats,
    });
    this.load = handlerNamed('pathParamsMiddleware', handlers);
    this.lookUp = handlerNamed('metadataMiddleware', handlers);
    this.validation = handlerNamed('requestMiddleware', handlers);
  }

  /** @throws DescriptionError, or the validator's own error, for a description that cannot be served */
  static async create(description: Description): Promise<RequestValidator> {
    const validator = new RequestValidator(description);
    const app = { param: () => undefined, enabled: () => false };
    await run(validator.load, { app } as never, {} as never);
    for (const { method, path, operation } of operationsOf(description)) {
      const url = path.replace(/[{}]/g, '');
      const req = { method, path: url, originalUrl: url, baseUrl: '', app } as unknown as ValidatedRequest;
      await run(validator.lookUp, req, {} as never);
      if (req.openapi?.openApiRoute !== path) throw new DescriptionError(`the path ${path} is hidden by another`);
      validator.operations.set(operation.operationId, { metadata: req.openapi, operation });
    }
    return validator;
  }

  /**
   * Validates parameters and body. Skipped where the operation takes no input and the request has none.
   * @throws InvalidInputError that names each invalid field and the rule it breaks
   */
  async validate(operationId: string, req: ValidatedRequest, res: Response): Promise<void> {
    const { metadata, operation } = this.operationOf(operationId);
    const { schema } = metadata;
    if (takesNothing(schema) && !req.url.includes('?')) return;
    // The validator accepts a missing body if none of its fields is required.
    if (schema.requestBody?.required && req.body === undefined) {
      throw new InvalidInputError([{ path: '/body', message: "must have required property 'body'", rule: 'required' }]);
    }
    refuseBrackets(req);
    req.openapi = { ...metadata, pathParams: req.params };
    try {
      await run(this.validation, req, res);
    } catch (error) {
      throw this.invalidInput(error, operation, req);
    }
    const infinite = Object.keys(req.query).filter((name) => isInfinite(req.query[name]));
    const fault = { message: 'must be a finite number', rule: 'type' };
    const errors = infinite.map((name) => ({ path: `/query/${name}`, ...fault }));
    if (errors.length > 0) throw new InvalidInputError(errors);
  }

  private operationOf(operationId: string): KnownOperation {
    const operation = this.operations.get(operationId);
    if (!operation) throw new Error(`The validator does not know the operation ${operationId}.`);
    return operation;
  }

  private invalidInput(error: unknown, operation: PlacedOperation['operation'], req: Request): unknown {
    const { status, errors } = error as { status?: number; errors?: ValidatorFault[] };
    if (status !== 400 || !errors) return error;
    const faults = errors.slice(0, faultsMax);
    return new InvalidInputError(faults.map((fault) => brokenRule(fault, operation, this.description, req)));
  }
}

/**
 * A copy whose query parameters say `allowReserved`. Without it the validator rejects characters that RFC 3986 allows in a
 * query, such as the colons of a time, which clients need not encode. Not in the published description: there it would tell
 * clients to leave `&` unencoded.
 */
function withReservedCharacters(description: Description): Description {
  const copy = structuredClone(description);
  for (const parameter of parametersOf(copy)) if (parameter.in === 'query') parameter.allowReserved = true;
  return copy;
}

function takesNothing({ parameters = [], requestBody }: OperationMetadata['schema']): boolean {
  return parameters.length === 0 && !requestBody;
}

/**
 * Rejects query parameters such as `a[b]`, which no operation declares: the validator takes 0.2 s to parse a thousand.
 * @throws InvalidInputError
 */
function refuseBrackets({ query }: Request): void {
  const name = Object.keys(query).find((each) => each.includes('['));
  if (name === undefined) return;
  const path = pointerToField(`/query/${name}`, { query });
  throw new InvalidInputError([{ path, message: `Unknown query parameter '${name}'`, rule: 'additionalProperties' }]);
}

/** Ajv coerces "Infinity", or 400 nines, to an infinite number and lets that pass any minimum and maximum. */
function isInfinite(value: unknown): boolean {
  return typeof value === 'number' && !Number.isFinite(value);
}

function handlerNamed(name: string, handlers: readonly RequestHandler[]): RequestHandler {
  const found = handlers.find((handler) => handler.name === name);
  if (!found) throw new Error(`express-openapi-validator has no handler named ${name}.`);
  return found;
}

function run(handler: RequestHandler, req: Request, res: Response): Promise<void> {
  return new Promise((resolve, reject) => {
    void handler(req, res, (error?: unknown) => (error ? reject(error) : resolve()));
  });
}
