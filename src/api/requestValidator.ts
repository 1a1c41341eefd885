import type { Request, RequestHandler, Response } from 'express';
import { InvalidInputError, SmartAuditError, TokenMissingError } from '../core/errors.js';
import { pointerToField } from './jsonPointer.js';
import {
  assertReferences,
  assertSecured,
  DescriptionError,
  type Description,
  type PlacedOperation,
} from './description.js';
import { validatorSteps } from './validatorSteps.js';

/** Enough to mend a request; all of them could be a large answer to a large request. */
const faultsToName = 50;

/** Proves who is calling, for one security scheme; rejects with the error to answer with. */
export type SecurityHandler = (req: Request) => Promise<void>;

/** What express-openapi-validator knows of the operation that a request goes to. */
type OperationMetadata = {
  pathParams: Record<string, string>;
  /** The operation, with the parameters that its path declares. */
  schema: { parameters?: readonly unknown[]; requestBody?: { required?: boolean } };
} & Record<string, unknown>;

type ValidatedRequest = Request & { openapi?: OperationMetadata };

/**
 * express-openapi-validator, taken step by step. It looks every request's route up by compiling the expressions of all
 * routes anew, so the server asks it once for each operation at start and remembers the answer (docs/performance.md);
 * that also makes a description it cannot work with stop the start instead of answering 500 to everybody.
 */
export class RequestValidator {
  private readonly load: RequestHandler;
  private readonly lookUp: RequestHandler;
  private readonly security: RequestHandler;
  private readonly validation: RequestHandler;
  private readonly metadata = new Map<string, OperationMetadata>();
  /** Operations without parameters and without a body. */
  private readonly takingNothing = new Set<string>();
  /** Operations that cannot do without a body. */
  private readonly needBody = new Set<string>();
  /** What a security handler really said: the validator passes on no more than a status and a message. */
  private readonly refusals = new WeakMap<Request, unknown>();
  private readonly patternMessages: ReadonlyMap<string, string>;

  private constructor(description: Description, securityHandlers: Readonly<Record<string, SecurityHandler>>) {
    assertSecured(description, Object.keys(securityHandlers));
    assertReferences(description);
    this.patternMessages = patternMessages(description);
    const steps = validatorSteps(description, {
      validateRequests: { allErrors: true, allowUnknownQueryParameters: false },
      validateResponses: false,
      validateSecurity: { handlers: this.keepingRefusals(securityHandlers) },
      ignoreUndocumented: false,
      fileUploader: false,
      validateFormats: true,
    });
    this.load = step(steps, 'pathParamsMiddleware');
    this.lookUp = step(steps, 'metadataMiddleware');
    this.security = step(steps, 'securityMiddleware');
    this.validation = step(steps, 'requestMiddleware');
  }

  /**
   * @param securityHandlers by the name of the security scheme
   * @throws DescriptionError, or what the validator says, when the description cannot be served
   */
  static async create(
    description: Description,
    operations: readonly PlacedOperation[],
    securityHandlers: Readonly<Record<string, SecurityHandler>>,
  ): Promise<RequestValidator> {
    const validator = new RequestValidator(description, securityHandlers);
    const app = { param: () => undefined, enabled: () => false };
    await run(validator.load, { app } as never, {} as never);
    for (const operation of operations) await validator.addOperation(operation, app);
    return validator;
  }

  /**
   * Applies the operation's security requirement.
   * @throws the error of the security handler, or TokenMissingError
   */
  async authenticate(
    operationId: string,
    pathParams: Record<string, string>,
    req: Request,
    res: Response,
  ): Promise<void> {
    this.attach(operationId, pathParams, req);
    try {
      await run(this.security, req, res);
    } catch (error) {
      throw this.refusals.get(req) ?? missingToken(error);
    }
  }

  /**
   * A request that brings nothing, to an operation that takes nothing, has no rule to break.
   * @throws InvalidInputError that names each field and its broken rule
   */
  async validate(operationId: string, req: Request, res: Response): Promise<void> {
    if (this.takingNothing.has(operationId) && !req.url.includes('?')) return;
    // The validator misses it where no field of the body is required.
    if (this.needBody.has(operationId) && req.body === undefined) {
      throw new InvalidInputError([{ path: '/body', message: "must have required property 'body'" }]);
    }
    refuseBrackets(req);
    try {
      await run(this.validation, req, res);
    } catch (error) {
      throw this.invalidInput(error, req);
    }
    const endless = Object.keys(req.query).filter((name) => isEndless(req.query[name]));
    if (endless.length > 0) {
      throw new InvalidInputError(
        endless.map((name) => ({ path: `/query/${name}`, message: 'must be a finite number' })),
      );
    }
  }

  private async addOperation({ method, path, operation }: PlacedOperation, app: object): Promise<void> {
    const url = path.replace(/[{}]/g, '');
    const req = { method, path: url, originalUrl: url, baseUrl: '', app } as unknown as ValidatedRequest;
    await run(this.lookUp, req, {} as never);
    if (req.openapi?.['openApiRoute'] !== path) throw new DescriptionError(`the path ${path} is hidden by another`);
    this.metadata.set(operation.operationId, req.openapi);
    if (takesNothing(req.openapi)) this.takingNothing.add(operation.operationId);
    if (req.openapi.schema.requestBody?.required) this.needBody.add(operation.operationId);
  }

  private attach(operationId: string, pathParams: Record<string, string>, req: ValidatedRequest): void {
    const metadata = this.metadata.get(operationId);
    if (!metadata) throw new Error(`The validator does not know the operation ${operationId}.`);
    req.openapi = { ...metadata, pathParams };
    req.params = pathParams;
  }

  private keepingRefusals(
    handlers: Readonly<Record<string, SecurityHandler>>,
  ): Record<string, (req: Request) => Promise<true>> {
    const keepingRefusal = (handler: SecurityHandler) => async (req: Request) => {
      try {
        await handler(req);
        return true as const;
      } catch (error) {
        // Of several ways to say who one is, the one that was tried tells why it failed.
        if (!this.refusals.has(req) || !(error instanceof TokenMissingError)) this.refusals.set(req, error);
        throw error;
      }
    };
    return Object.fromEntries(Object.entries(handlers).map(([name, handler]) => [name, keepingRefusal(handler)]));
  }

  private invalidInput(error: unknown, { query, body }: Request): unknown {
    const { status, errors } = error as { status?: number; errors?: ValidatorFault[] };
    if (status !== 400 || !errors) return error;
    return new InvalidInputError(
      errors.slice(0, faultsToName).map(({ path, message, errorCode }) => ({
        path: namesUnknownField(errorCode)
          ? pointerToField(path, { query, body: body as unknown })
          : path.replace(/^\/params\//, '/path/'),
        message: this.patternMessages.get(message) ?? message,
      })),
    );
  }
}

/**
 * The validator makes objects of names such as `a[b]`, which no operation declares; a thousand of them take it 0.2 s.
 * @throws InvalidInputError
 */
function refuseBrackets({ query }: Request): void {
  const name = Object.keys(query).find((each) => each.includes('['));
  if (name === undefined) return;
  const path = pointerToField(`/query/${name}`, { query });
  throw new InvalidInputError([{ path, message: `Unknown query parameter '${name}'` }]);
}

function takesNothing({ schema: { parameters = [], requestBody } }: OperationMetadata): boolean {
  return parameters.length === 0 && !requestBody;
}

/** Ajv makes an integer of the text "Infinity", or of 400 nines, and compares it with no minimum or maximum then. */
function isEndless(value: unknown): boolean {
  return typeof value === 'number' && !Number.isFinite(value);
}

/** What the validator says of one fault. */
interface ValidatorFault {
  path: string;
  message: string;
  /** The keyword that was broken; none where an unknown or repeated query parameter was. */
  errorCode?: string;
}

function namesUnknownField(errorCode: string | undefined): boolean {
  return errorCode === undefined || /^(additional|unevaluated)Properties\./.test(errorCode);
}

/** The validator's own refusal, before any handler is asked: there is no bearer token at all. */
function missingToken(error: unknown): unknown {
  if (error instanceof SmartAuditError) return error;
  return (error as { status?: number }).status === 401 ? new TokenMissingError() : error;
}

function step(steps: readonly RequestHandler[], name: string): RequestHandler {
  const found = steps.find((middleware) => middleware.name === name);
  if (!found) throw new Error(`express-openapi-validator has no ${name} any more.`);
  return found;
}

function run(middleware: RequestHandler, req: Request, res: Response): Promise<void> {
  return new Promise((resolve, reject) => {
    void middleware(req, res, (error?: unknown) => (error ? reject(error) : resolve()));
  });
}

/** By the message that Ajv gives for a pattern: the sentence that the description has for people, `x-pattern-message`. */
function patternMessages(description: Description): Map<string, string> {
  const messages = new Map<string, string>();
  JSON.stringify(description, (_key, schema: unknown) => {
    const { pattern, 'x-pattern-message': message } = (schema ?? {}) as Record<string, unknown>;
    if (typeof pattern === 'string' && typeof message === 'string') {
      messages.set(`must match pattern "${pattern}"`, message);
    }
    return schema;
  });
  return messages;
}
