import { readFile } from 'node:fs/promises';
import type { Role } from '../../domain/user.js';
import { StartError } from '../../startError.js';
import { unescape } from './jsonPointer.js';

/** The extension `x-rate-limit`: `limit` requests in `window_seconds` seconds. */
interface RateLimitPolicy {
  limit: number;
  window_seconds: number;
}

type SecurityRequirement = Readonly<Record<string, readonly string[]>>;

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header' | 'cookie';
  /** Of a query parameter: whether its characters may come unencoded (RFC 3986, section 2.2). */
  allowReserved?: boolean;
  schema?: Schema;
}

/** The parts of a schema that the server reads. */
export interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly [keyword: string]: unknown;
}

interface DescribedResponse {
  content?: Readonly<Record<string, object>>;
  headers?: Readonly<Record<string, object>>;
}

/** The parts of a described operation that the server reads. */
export interface DescribedOperation {
  operationId: string;
  tags?: readonly string[];
  security?: readonly SecurityRequirement[];
  requestBody?: { required?: boolean; content: Readonly<Record<string, { schema?: Schema }>> };
  parameters?: readonly (Parameter | { $ref: string })[];
  responses: Readonly<Record<string, DescribedResponse | { $ref: string }>>;
  'x-rate-limit'?: RateLimitPolicy;
  'x-required-role'?: Role;
  deprecated?: boolean;
  /** Dates, such as 2027-01-31, of a deprecated operation, and the URL of a page about its deprecation. */
  'x-deprecated-since'?: string;
  'x-sunset'?: string;
  'x-deprecation-url'?: string;
}

const methods = ['get', 'put', 'post', 'delete', 'patch'] as const;

type PathItem = Readonly<Partial<Record<(typeof methods)[number], DescribedOperation>>> & {
  /** Whether pages of every origin may read this path; by default, only those of the configured origins. */
  'x-open-to-every-origin'?: boolean;
  /** Whether requests to this path do not count for the rate limit of all operations together. */
  'x-exempt-from-rate-limit'?: boolean;
  /** Whether this path with a slash at its end redirects here: people type it. Paths match exactly otherwise. */
  'x-redirected-from-trailing-slash'?: boolean;
};

/** The OpenAPI description, as in the generated bundle. */
export interface Description {
  openapi: string;
  security?: readonly SecurityRequirement[];
  'x-rate-limit'?: RateLimitPolicy;
  paths: Readonly<Record<string, PathItem>>;
  components?: {
    securitySchemes?: Readonly<Record<string, object>>;
    schemas?: Readonly<Record<string, object>>;
  };
}

/** An operation with its method in upper case, and its path with parameters in braces. */
export interface PlacedOperation {
  method: string;
  path: string;
  operation: DescribedOperation;
}

/** The description cannot be served as it is. */
export class DescriptionError extends StartError {
  constructor(message: string) {
    super(`The description cannot be served: ${message}.`);
  }
}

export const generatedFolder = new URL('../../../generated/', import.meta.url);

export async function readDescription(): Promise<Description> {
  return JSON.parse(await readFile(new URL('openapi.json', generatedFolder), 'utf8')) as Description;
}

/** All operations of a description, in its order. */
export function operationsOf(description: Description): PlacedOperation[] {
  return Object.entries(description.paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method];
      return operation ? [{ method: method.toUpperCase(), path, operation }] : [];
    }),
  );
}

type PathExtension = Extract<keyof PathItem, `x-${string}`>;

/** The paths, without parameters, that have an extension. */
export function pathsWith(extension: PathExtension, { paths }: Description): Set<string> {
  return new Set(Object.keys(paths).filter((path) => paths[path]?.[extension]));
}

/**
 * Resolves a reference: a JSON pointer (RFC 6901) into the description, as a URI fragment.
 * @throws DescriptionError if there is nothing at it
 */
export function follow(description: Description, reference: string): object {
  const names = decodeURIComponent(reference).replace(/^#\//, '').split('/').map(unescape);
  let found: unknown = description;
  for (const name of names) found = (found as Record<string, unknown> | undefined)?.[name];
  if (typeof found !== 'object' || found === null) throw new DescriptionError(`${reference} leads nowhere`);
  return found;
}

/** @throws DescriptionError for a reference that cannot be resolved */
export function assertReferences(description: Description): void {
  JSON.stringify(description, (key, value: unknown) => {
    if (key === '$ref' && typeof value === 'string') follow(description, value);
    return value;
  });
}

/** The formats that express-openapi-validator knows without being told. */
const standardFormats = [
  ...[
    'date',
    'time',
    'date-time',
    'duration',
    'uri',
    'uri-reference',
    'uri-template',
    'email',
    'hostname',
    'ipv4',
    'ipv6',
  ],
  ...['uuid', 'regex', 'json-pointer', 'int32', 'int64', 'float', 'double', 'byte', 'binary', 'password'],
];

/**
 * Refuses a description with a format that the validator does not know: it would accept every value.
 * @param own the formats that the validator is told
 * @throws DescriptionError
 */
export function assertFormats(description: Description, own: readonly string[]): void {
  JSON.stringify(description, (key, value: unknown) => {
    // Values, whose fields may have any name.
    if (/^(examples?|default|const|enum)$/.test(key)) return undefined;
    if (key === 'format' && typeof value === 'string' && ![...standardFormats, ...own].includes(value)) {
      throw new DescriptionError(`the format ${value} is unknown`);
    }
    return value;
  });
}

/** An operation's parameters: the objects in the description, not copies. */
export function parametersOfOperation(
  description: Description,
  { parameters = [] }: Pick<DescribedOperation, 'parameters'>,
): Parameter[] {
  return parameters.map((parameter) =>
    '$ref' in parameter ? (follow(description, parameter.$ref) as Parameter) : parameter,
  );
}

/**
 * The parameters of all operations: the objects in the description, not copies.
 * @throws DescriptionError for a reference that cannot be resolved
 */
export function parametersOf(description: Description): Parameter[] {
  return operationsOf(description).flatMap(({ operation }) => parametersOfOperation(description, operation));
}

/**
 * The names of an operation's parameters of one kind.
 * @throws DescriptionError for a reference that cannot be resolved
 */
export function parameterNames(description: Description, operation: DescribedOperation, kind: Parameter['in']) {
  const parameters = parametersOfOperation(description, operation);
  return parameters.filter((parameter) => parameter.in === kind).map(({ name }) => name);
}

/**
 * The media types among which clients choose: those of successes that declare the header `Vary`, in their order. Other
 * operations decide for themselves, as the file that was asked for has one type.
 * @throws DescriptionError for a reference that cannot be resolved
 */
export function negotiatedTypesOf(description: Description, { responses }: DescribedOperation): string[] {
  const successes = Object.entries(responses).filter(([status]) => status.startsWith('2'));
  const negotiated = successes
    .map(([, response]) => resolved(description, response))
    .filter(({ headers }) => headers?.['Vary'] !== undefined);
  return [...new Set(negotiated.flatMap(({ content }) => Object.keys(content ?? {})))];
}

function resolved(description: Description, response: DescribedResponse | { $ref: string }): DescribedResponse {
  return '$ref' in response ? follow(description, response.$ref) : response;
}

/**
 * The names of all response headers, sorted.
 * @throws DescriptionError for a reference that cannot be resolved
 */
export function responseHeadersOf(description: Description): string[] {
  const responses = operationsOf(description).flatMap(({ operation }) => Object.values(operation.responses));
  const names = responses.flatMap((response) => Object.keys(resolved(description, response).headers ?? {}));
  return [...new Set(names)].sort();
}

/**
 * Refuses a description with operations that nobody handles. The compiler finds them too, but not everything that starts the
 * server runs it.
 * @param handled the ids of the operations that have a handler
 * @throws DescriptionError
 */
export function assertHandled(operations: readonly PlacedOperation[], handled: readonly string[]): void {
  const missing = operations.filter(({ operation }) => !handled.includes(operation.operationId));
  const names = missing.map(({ operation: { operationId, tags = [] } }) => `${operationId} (tag ${tags.join()})`);
  if (names.length > 0) throw new DescriptionError(`operations without a handler: ${names.join(', ')}`);
}

const roles: readonly Role[] = ['user', 'admin'];

/**
 * Refuses a description with unknown roles, or with roles on operations that anyone may call.
 * @throws DescriptionError
 */
export function assertRoles(operations: readonly PlacedOperation[]): void {
  for (const { operation } of operations) {
    const { operationId, security, 'x-required-role': role } = operation;
    if (role === undefined) continue;
    if (!roles.includes(role)) throw new DescriptionError(`${operationId} requires the unknown role ${role as string}`);
    if (security?.length === 0) throw new DescriptionError(`${operationId} requires a role but is open to everyone`);
  }
}

/**
 * Refuses a description whose security is incomplete, or has requirements that `authenticate` does not support.
 * @param handled the security schemes that have a handler
 * @throws DescriptionError
 */
export function assertSecured(description: Description, handled: readonly string[]): void {
  const { security: root = [], components } = description;
  const declared = Object.keys(components?.securitySchemes ?? {});
  if (declared.length === 0) throw new DescriptionError('it declares no securitySchemes');
  if (root.length === 0) throw new DescriptionError('it has no security requirement at its root');
  const own = operationsOf(description).flatMap(({ operation }) => operation.security ?? []);
  for (const requirement of [...root, ...own]) assertRequirement(Object.keys(requirement), declared, handled);
}

function assertRequirement(schemes: readonly string[], declared: readonly string[], handled: readonly string[]): void {
  if (schemes.length === 0) throw new DescriptionError('it makes a security requirement optional with {}');
  if (schemes.length > 1) throw new DescriptionError('it requires several security schemes at once');
  for (const scheme of schemes) {
    if (!declared.includes(scheme)) throw new DescriptionError(`the security scheme ${scheme} is not declared`);
    if (!handled.includes(scheme)) throw new DescriptionError(`the security scheme ${scheme} has no handler`);
  }
}
