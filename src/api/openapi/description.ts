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
