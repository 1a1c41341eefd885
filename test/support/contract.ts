import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Response } from 'supertest';
import { operationsOf, readDescription, type PlacedOperation } from '../../src/api/openapi/description.js';

interface DescribedHeader {
  required?: boolean;
}

interface DescribedResponse {
  $ref?: string;
  headers?: Record<string, DescribedHeader & { $ref?: string }>;
  content?: Record<string, { examples?: Record<string, unknown> }>;
}

type DescribedResponses = Record<string, DescribedResponse>;

const description = await readDescription();
const operations = new Map(operationsOf(description).map((placed) => [placed.operation.operationId, placed]));

const ajv = new Ajv2020({ strict: false, allErrors: true, coerceTypes: false });
(addFormats as unknown as (instance: Ajv2020) => void)(ajv);
ajv.addSchema(description, 'description');

function pointer(...parts: string[]): string {
  return parts.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function at(path: string): unknown {
  return path
    .slice(1)
    .split('/')
    .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], description);
}

/** Follows references to where the description really says something. */
function resolve(path: string): string {
  const node = at(path) as { $ref?: string } | undefined;
  return node?.$ref ? resolve(node.$ref.slice(1)) : path;
}

function assertValid(path: string, value: unknown, what: string): void {
  const validate = ajv.getSchema(`description#${path}`);
  if (!validate) throw new Error(`There is no schema at ${path}.`);
  if (!validate(value)) throw new Error(`${what} is not as described: ${ajv.errorsText(validate.errors)}`);
}

/** The operations of the description, by their ids. */
export function describedOperations(): ReadonlyMap<string, PlacedOperation> {
  return operations;
}

/** The operation of this id, as the description writes it. */
export function describedOperation(operationId: string): PlacedOperation {
  const placed = operations.get(operationId);
  if (!placed) throw new Error(`The description has no operation ${operationId}.`);
  return placed;
}

/** Where the description has the responses of an operation. */
function responsesPath({ method, path }: PlacedOperation): string {
  return pointer('paths', path, method.toLowerCase(), 'responses');
}

/** The statuses that an operation documents, `default` among them. */
export function documentedStatuses(operationId: string): string[] {
  return Object.keys(at(responsesPath(describedOperation(operationId))) as DescribedResponses);
}

/** The error codes that an operation documents for a status: the names of its examples. */
export function documentedCodes(operationId: string, status: string): string[] {
  const path = resolve(responsesPath(describedOperation(operationId)) + pointer(status));
  return Object.keys((at(path) as DescribedResponse).content?.['application/json']?.examples ?? {});
}

/** Every error code of the catalogue. */
export function catalogue(): string[] {
  const { description: text } = at('/components/schemas/ErrorCode') as { description: string };
  return Array.from(text.matchAll(/^\| `([a-z_]+)` \|/gm), (match) => match[1]!);
}

/** A value that the description itself gives as an example of an operation's request body. */
export function exampleBody(operationId: string): Record<string, unknown> | undefined {
  const { method, path } = describedOperation(operationId);
  const examples = resolve(
    pointer('paths', path, method.toLowerCase(), 'requestBody', 'content', 'application/json', 'examples'),
  );
  const [name] = Object.keys((at(examples) as object | undefined) ?? {});
  return name ? (at(`${resolve(examples + pointer(name))}/value`) as Record<string, unknown>) : undefined;
}

/** An operation's parameters, without references. */
export function parametersOf(operationId: string): { name: string; in: string; schema: { examples: string[] } }[] {
  const parameters = describedOperation(operationId).operation.parameters ?? [];
  return parameters.map((parameter) =>
    '$ref' in parameter ? at(resolve(parameter.$ref.slice(1))) : parameter,
  ) as never;
}

/** Values for the parameters in an operation's path: the examples that the description itself gives. */
export function examplePath(operationId: string): Record<string, string> {
  const inPath = parametersOf(operationId).filter((each) => each.in === 'path');
  return Object.fromEntries(inPath.map(({ name, schema }) => [name, schema.examples[0]!]));
}

/** What the tests have seen so far: `operation status` and error codes. */
const seen = { cells: new Set<string>(), codes: new Set<string>() };

export function wasSeen(operationId: string, status: string): boolean {
  return seen.cells.has(`${operationId} ${status}`);
}

export function seenCodes(): ReadonlySet<string> {
  return seen.codes;
}

/** Takes note of an error code that no operation documents, such as that of an unknown path. */
export function noteCode(body: unknown): void {
  assertValid('/components/schemas/Error', body, 'The error');
  const { code, detail } = body as { code: string; detail: string };
  if (!/^[A-Z].*\.$/.test(detail)) throw new Error(`The detail of ${code} is not a sentence: ${detail}`);
  seen.codes.add(code);
}

/**
 * Holds a response against what the description says of this operation: its status, headers, media type, body and error
 * code; and takes note of it for the table.
 * @throws Error that says what differs
 */
export function assertAsDescribed(operationId: string, response: Response): void {
  const what = `${operationId} ${response.status}`;
  const responses = responsesPath(describedOperation(operationId));
  const documented = documentedStatuses(operationId);
  const status = documented.includes(String(response.status)) ? String(response.status) : 'default';
  if (status === 'default' && response.status < 500) throw new Error(`${what} is not documented.`);
  const path = resolve(responses + pointer(status));
  assertHeaders(path, response, what);
  if ((at(path) as DescribedResponse).content) assertBody(path, response, what);
  else if (response.text) throw new Error(`${what} has a body, and none is documented.`);
  if (response.status >= 400) assertError(operationId, status, response, what);
  seen.cells.add(`${operationId} ${status}`);
}

function assertHeaders(path: string, response: Response, what: string): void {
  for (const name of Object.keys((at(path) as DescribedResponse).headers ?? {})) {
    const header = resolve(path + pointer('headers', name));
    const value = response.headers[name.toLowerCase()];
    if (value === undefined) {
      if ((at(header) as DescribedHeader).required) throw new Error(`${what} has no header ${name}.`);
      continue;
    }
    const { type } = at(`${header}/schema`) as { type: string };
    // Set-Cookie is the one field that comes as a list.
    const [text] = [value].flat();
    assertValid(`${header}/schema`, type === 'integer' ? Number(text) : text, `${what}: header ${name}`);
  }
}

function assertBody(path: string, response: Response, what: string): void {
  const mediaType = response.type;
  const { content = {} } = at(path) as DescribedResponse;
  if (!(mediaType in content)) throw new Error(`${what} has a body of the undocumented type ${mediaType}.`);
  if (/^(text|application)\//.test(mediaType) && response.charset !== 'utf-8') {
    throw new Error(`${what} does not say that it is in UTF-8.`);
  }
  const value: unknown = mediaType === 'application/json' ? response.body : response.text;
  if (mediaType === 'image/png') return;
  assertValid(path + pointer('content', mediaType, 'schema'), value, `${what}: body`);
}

function assertError(operationId: string, status: string, response: Response, what: string): void {
  const { code, status_code: statusCode, request_id: requestId } = response.body as Record<string, unknown>;
  if (statusCode !== response.status) throw new Error(`${what} says status_code ${String(statusCode)}.`);
  if (requestId !== response.headers['x-request-id'])
    throw new Error(`${what} has another request_id than its header.`);
  if (!catalogue().includes(String(code))) throw new Error(`${what}: ${String(code)} is not in the catalogue.`);
  if (!documentedCodes(operationId, status).includes(String(code))) {
    throw new Error(`${what} does not document the code ${String(code)}.`);
  }
  noteCode(response.body);
}
