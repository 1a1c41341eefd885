import type { Request, RequestHandler, Response } from 'express';
import { middleware } from 'express-openapi-validator';
import { textFormats } from '../../domain/textFormats.js';
import { InvalidInputError } from '../../errors.js';
import { pointerToField } from './jsonPointer.js';
import { assertReferences, DescriptionError, operationsOf, parametersOf, type Description } from './description.js';

/** Maximum faults in a response. */
const faultsMax = 50;

/** What express-openapi-validator stores in `req.openapi`. */
interface OperationMetadata {
  pathParams: Request['params'];
  openApiRoute: string;
  schema: { parameters?: readonly unknown[]; requestBody?: { required?: boolean } };
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
  private readonly metadata = new Map<string, OperationMetadata>();
  private readonly ruleMessages: ReadonlyMap<string, string>;

  private constructor(description: Description) {
    assertReferences(description);
    this.ruleMessages = ruleMessages(description);
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
      validator.metadata.set(operation.operationId, req.openapi);
    }
    return validator;
  }

  /**
   * Validates parameters and body. Skipped where the operation takes no input and the request has none.
   * @throws InvalidInputError that names each invalid field and the rule it breaks
   */
  async validate(operationId: string, req: ValidatedRequest, res: Response): Promise<void> {
    const metadata = this.metadataOf(operationId);
    const { schema } = metadata;
    if (takesNothing(schema) && !req.url.includes('?')) return;
    // The validator accepts a missing body if none of its fields is required.
    if (schema.requestBody?.required && req.body === undefined) {
      throw new InvalidInputError([{ path: '/body', message: "must have required property 'body'" }]);
    }
    refuseBrackets(req);
    req.openapi = { ...metadata, pathParams: req.params };
    try {
      await run(this.validation, req, res);
    } catch (error) {
      throw this.invalidInput(error, req);
    }
    const infinite = Object.keys(req.query).filter((name) => isInfinite(req.query[name]));
    const errors = infinite.map((name) => ({ path: `/query/${name}`, message: 'must be a finite number' }));
    if (errors.length > 0) throw new InvalidInputError(errors);
  }

  private metadataOf(operationId: string): OperationMetadata {
    const metadata = this.metadata.get(operationId);
    if (!metadata) throw new Error(`The validator does not know the operation ${operationId}.`);
    return metadata;
  }

  private invalidInput(error: unknown, { query, body }: Request): unknown {
    const { status, errors } = error as { status?: number; errors?: ValidatorFault[] };
    if (status !== 400 || !errors) return error;
    return new InvalidInputError(
      errors.slice(0, faultsMax).map(({ path, message, errorCode }) => ({
        path: namesUnknownField(errorCode)
          ? pointerToUnknown(path, { query, body: body as unknown })
          : path.replace(/^\/params\//, '/path/'),
        message: this.ruleMessages.get(message) ?? message,
      })),
    );
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
  throw new InvalidInputError([{ path, message: `Unknown query parameter '${name}'` }]);
}

/** Ajv coerces "Infinity", or 400 nines, to an infinite number and lets that pass any minimum and maximum. */
function isInfinite(value: unknown): boolean {
  return typeof value === 'number' && !Number.isFinite(value);
}

interface ValidatorFault {
  path: string;
  message: string;
  /** The schema keyword; undefined for an unknown or repeated query parameter. */
  errorCode?: string;
}

/** The validator gives no path for an unknown field whose name is empty. */
function pointerToUnknown(path: string, request: { query: unknown; body: unknown }): string {
  if (path !== '') return pointerToField(path, request);
  return Object.hasOwn(request.body ?? {}, '') ? '/body/' : '/body';
}

function namesUnknownField(errorCode: string | undefined): boolean {
  return errorCode === undefined || /^(additional|unevaluated)Properties\./.test(errorCode);
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

/** The description's `x-pattern-message` and `x-format-message`, by Ajv's messages. */
function ruleMessages(description: Description): Map<string, string> {
  const messages = new Map<string, string>();
  JSON.stringify(description, (_key, schema: unknown) => {
    for (const rule of ['pattern', 'format']) {
      const { [rule]: value, [`x-${rule}-message`]: message } = (schema ?? {}) as Record<string, unknown>;
      if (typeof value === 'string' && typeof message === 'string') {
        messages.set(`must match ${rule} "${value}"`, message);
      }
    }
    return schema;
  });
  return messages;
}
