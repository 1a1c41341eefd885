import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Response } from 'supertest';
import { follow, operationsOf, readDescription, type PlacedOperation } from '../../src/api/openapi/description.js';
import { textFormats } from '../../src/domain/textFormats.js';

type Content = Record<string, { schema: { properties?: object }; examples?: Record<string, { value: unknown }> }>;

interface Header {
  required?: boolean;
  schema: { type: string };
}

interface DescribedResponse {
  headers?: Record<string, Header>;
  content?: Content;
}

/** An operation of the description, with what its references refer to in their place. */
interface DescribedOperation extends Omit<PlacedOperation, 'operation'> {
  operation: Omit<PlacedOperation['operation'], 'parameters' | 'requestBody' | 'responses'> & {
    parameters?: { name: string; in: string; schema: { examples: string[] } }[];
    requestBody?: { required?: boolean; content: Content };
    responses: Record<string, DescribedResponse>;
  };
}

const description = await readDescription();
const targets = new Map<string, unknown>();

/**
 * Replaces references by what they refer to. Equal references become the same object, which Ajv compiles once. Objects are
 * closed: clients must accept a field that is not described, but no test lets the server send one.
 */
function dereferenced(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(dereferenced);
  if (typeof node !== 'object' || node === null) return node;
  if (!('$ref' in node)) {
    const fields = Object.fromEntries(Object.entries(node).map(([name, value]) => [name, dereferenced(value)]));
    return isObjectSchema(node) ? { additionalProperties: false, ...fields } : fields;
  }
  const reference = node.$ref as string;
  if (!targets.has(reference)) targets.set(reference, dereferenced(follow(description, reference)));
  return targets.get(reference);
}

function isObjectSchema(node: object): boolean {
  return 'type' in node && node.type === 'object' && 'properties' in node;
}

const placed = operationsOf(dereferenced(description) as typeof description) as unknown as DescribedOperation[];
const operations = new Map(placed.map((each) => [each.operation.operationId, each]));

const ajv = new Ajv2020({ strict: false, allErrors: true, coerceTypes: false });
(addFormats as unknown as (instance: Ajv2020) => void)(ajv);
for (const [name, isOfFormat] of Object.entries(textFormats)) ajv.addFormat(name, isOfFormat);

function assertValid(schema: object, value: unknown, what: string): void {
  if (!ajv.validate(schema, value)) throw new Error(`${what} is not as described: ${ajv.errorsText()}`);
}

/** The operations of the description, by their ids. */
export function describedOperations(): ReadonlyMap<string, DescribedOperation> {
  return operations;
}

/** @throws Error if the description has no such operation */
export function describedOperation(operationId: string): DescribedOperation {
  const found = operations.get(operationId);
  if (!found) throw new Error(`The description has no operation ${operationId}.`);
  return found;
}

function responsesOf(operationId: string): Record<string, DescribedResponse> {
  return describedOperation(operationId).operation.responses;
}

/** The statuses that an operation documents, including `default`. */
export function documentedStatuses(operationId: string): string[] {
  return Object.keys(responsesOf(operationId));
}

/** The error codes that an operation documents for a status: the names of its examples. */
export function documentedCodes(operationId: string, status: string): string[] {
  return Object.keys(responsesOf(operationId)[status]?.content?.['application/json']?.examples ?? {});
}

const errorCodes = description.components!.schemas!['ErrorCode'] as { enum: string[]; description: string };

/** Every error code of the description. */
export function catalogue(): string[] {
  return [...errorCodes.enum];
}

/** The error codes that the table in the description of `ErrorCode` explains. */
export function explainedCodes(): string[] {
  return Array.from(errorCodes.description.matchAll(/^\| `([^`]*)` \|/gm), (match) => match[1]!);
}

/** An entry of an error's `errors`. */
export interface BrokenRule {
  path: string;
  message: string;
  rule: string;
  limit?: number;
  format?: string;
  allowed?: string[];
}

const error = dereferenced({ $ref: '#/components/schemas/ApiError' }) as {
  properties: { errors: { items: { properties: Record<'path' | 'rule', { description: string }> } } };
};
const fieldError = error.properties.errors.items.properties;

/** The roots that the description promises of the paths in `errors`. */
export function promisedRoots(): string[] {
  return Array.from(fieldError.path.description.matchAll(/`\/(\w+)`/g), (match) => match[1]!);
}

/** Every rule that an entry of `errors` may name. */
export function documentedRules(): string[] {
  const { description: text } = fieldError.rule;
  return Array.from(text.matchAll(/^\| `(\w+)` \|/gm), (match) => match[1]!);
}

/** What an entry has beside its path, its message and its rule. */
const additions: Readonly<Record<string, string>> = {
  ...{ minLength: 'limit', maxLength: 'limit', minimum: 'limit', maximum: 'limit', minProperties: 'limit' },
  ...{ format: 'format', enum: 'allowed' },
};

function noteRule(entry: BrokenRule): void {
  const { path, rule } = entry;
  if (!documentedRules().includes(rule)) throw new Error(`The rule ${rule} of ${path} is not documented.`);
  if (!promisedRoots().includes(path.split('/')[1]!)) throw new Error(`The root of ${path} is not documented.`);
  const added = Object.keys(entry).filter((name) => !['path', 'message', 'rule'].includes(name));
  if (added.join() !== (additions[rule] ?? ''))
    throw new Error(`The rule ${rule} of ${path} comes with: ${added.join()}`);
  seen.rules.add(rule);
}

/** The first example of an operation's request body in the description. */
export function exampleBody(operationId: string): Record<string, unknown> | undefined {
  const { requestBody } = describedOperation(operationId).operation;
  const [example] = Object.values(requestBody?.content['application/json']?.examples ?? {});
  return example?.value as Record<string, unknown> | undefined;
}

/** Values for the parameters in an operation's path: their first examples in the description. */
export function examplePath(operationId: string): Record<string, string> {
  const { parameters = [] } = describedOperation(operationId).operation;
  const inPath = parameters.filter((each) => each.in === 'path');
  return Object.fromEntries(inPath.map(({ name, schema }) => [name, schema.examples[0]!]));
}

/** An operation's URL path with values for its parameters; a parameter without a value stays its name. */
export function filledPath(operationId: string, values: Record<string, string> = {}): string {
  const { path } = describedOperation(operationId);
  return path.replace(/\{(\w+)\}/g, (_braces, name: string) => encodeURIComponent(values[name] ?? name));
}

/** What the tests have seen so far: `operation status`, and error codes. */
const seen = { cells: new Set<string>(), codes: new Set<string>(), rules: new Set<string>() };

export function wasSeen(operationId: string, status: string): boolean {
  return seen.cells.has(`${operationId} ${status}`);
}

export function seenCodes(): ReadonlySet<string> {
  return seen.codes;
}

export function seenRules(): ReadonlySet<string> {
  return seen.rules;
}

/** Checks the body of an error, and records its code and rules. For errors outside of any operation, such as that of an unknown path. */
export function noteCode(body: unknown): void {
  assertValid(error, body, 'The error');
  const { code, detail, errors = [] } = body as { code: string; detail: string; errors?: BrokenRule[] };
  // The schema is open to codes of later versions.
  if (!errorCodes.enum.includes(code)) throw new Error(`ErrorCode does not have the code ${code}.`);
  if (!/^[A-Z].*\.$/.test(detail)) throw new Error(`The detail of ${code} is not a sentence: ${detail}`);
  seen.codes.add(code);
  errors.forEach(noteRule);
}

/**
 * Compares a response with the operation's description: status, headers, media type, body and error code. Records its
 * status for the table of coverage.test.ts.
 * @throws Error that says what differs
 */
export function assertAsDescribed(operationId: string, response: Response): void {
  const what = `${operationId} ${response.status}`;
  const responses = responsesOf(operationId);
  const status = String(response.status) in responses ? String(response.status) : 'default';
  if (status === 'default' && response.status < 500) throw new Error(`${what} is not documented.`);
  const { headers = {}, content } = responses[status]!;
  for (const [name, header] of Object.entries(headers)) assertHeader(name, header, response, what);
  if (content) assertBody(content, response, what);
  else if (response.text) throw new Error(`${what} has a body, and none is documented.`);
  if (response.status >= 400) assertError(operationId, status, response, what);
  seen.cells.add(`${operationId} ${status}`);
}

function assertHeader(name: string, { required, schema }: Header, response: Response, what: string): void {
  const value = response.headers[name.toLowerCase()];
  if (value === undefined) {
    if (required) throw new Error(`${what} has no header ${name}.`);
    return;
  }
  // Set-Cookie is the one field that comes as a list.
  const [text] = [value].flat();
  assertValid(schema, schema.type === 'integer' ? Number(text) : text, `${what}: header ${name}`);
}

function assertBody(content: Content, response: Response, what: string): void {
  const mediaType = response.type;
  const described = content[mediaType];
  if (!described) throw new Error(`${what} has a body of the undocumented type ${mediaType}.`);
  if (/^(text|application)\//.test(mediaType) && response.charset !== 'utf-8') {
    throw new Error(`${what} does not say that it is in UTF-8.`);
  }
  if (mediaType.startsWith('image/')) return;
  assertValid(described.schema, mediaType === 'application/json' ? response.body : response.text, `${what}: body`);
}

function assertError(operationId: string, status: string, response: Response, what: string): void {
  const { code, status_code: statusCode, request_id: requestId } = response.body as Record<string, unknown>;
  if (statusCode !== response.status) throw new Error(`${what} says status_code ${String(statusCode)}.`);
  if (requestId !== response.headers['x-request-id']) {
    throw new Error(`${what} has another request_id than its header.`);
  }
  if (!documentedCodes(operationId, status).includes(String(code))) {
    throw new Error(`${what} does not document the code ${String(code)}.`);
  }
  noteCode(response.body);
}
