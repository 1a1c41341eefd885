/**
 * The generated files of the client package: the types of the description, its methods, one per operation, with their
 * arguments, and the types that it exports.
 */
import openapiTS, { astToString } from 'openapi-typescript';
import { methodsOf } from './contract/operations.mjs';
import { resolve as resolveIn } from './contract/pointers.mjs';

/** Browsers set them. */
const headersOfBrowsers = ['Origin'];
/** Schemas whose name belongs to something else in the package: the class ApiError. */
const notExported = ['ApiError'];
/** On operations that begin, continue or end a session. */
const noteOfSessions = 'This method only sends the request. `client.auth` also keeps the session.';
/** Properties of the client that are no operations. */
const reserved = ['auth'];

const capitalized = (text) => text[0].toUpperCase() + text.slice(1);
/** `If-None-Match` is `if_none_match` among the arguments, which are snake_case like everything in the API. */
const argumentName = (parameter) =>
  parameter.in === 'header' ? parameter.name.toLowerCase().replaceAll('-', '_') : parameter.name;
const isJson = (mediaType) => /^application\/(.*\+)?json$/.test(mediaType);

/** A comment of lines that fit on a page; empty without text. */
function docComment(indent, ...paragraphs) {
  const lines = paragraphs
    .filter(Boolean)
    .flatMap((text) => [
      '',
      ...text
        .trim()
        .split('\n')
        .flatMap((line) => wrapped(line.trimEnd(), 116 - indent.length)),
    ])
    .slice(1)
    .map((line) => line.replaceAll('*/', '*\\/'));
  if (lines.length === 0) return '';
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  return [`${indent}/**`, ...lines.map((line) => `${indent} * ${line}`.trimEnd()), `${indent} */\n`].join('\n');
}

function wrapped(line, width) {
  const lines = [''];
  for (const word of line.split(' ')) {
    const last = lines.at(-1);
    if (last && last.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = last ? `${last} ${word}` : word;
  }
  return lines;
}

/** What is deprecated says until when it works. */
function deprecation({ deprecated, 'x-sunset': sunset }) {
  if (!deprecated) return '';
  return sunset ? `@deprecated Will be removed on ${sunset}.` : '@deprecated';
}

/** @param description the bundle */
function reader(description) {
  const imported = new Set();
  const resolve = (node) => resolveIn(description, node);

  /** TypeScript of a schema: a scalar as such, anything else of components by its name. */
  function typeOf(schema) {
    if (schema.$ref) {
      const target = resolve(schema);
      if (isScalar(target)) return typeOf(target);
      const name = schema.$ref.split('/').at(-1);
      imported.add(name);
      return name;
    }
    if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
    if ('const' in schema) return JSON.stringify(schema.const);
    const choices = schema.anyOf ?? schema.oneOf;
    if (choices) return union(choices.map(typeOf));
    if (schema.allOf) return schema.allOf.map(typeOf).join(' & ');
    return union([schema.type].flat().map((type) => ofType(type, schema)));
  }

  function ofType(type, schema) {
    if (type === 'integer') return 'number';
    if (type === 'array') return `Array<${typeOf(schema.items)}>`;
    if (type !== 'object') return type ?? 'unknown';
    const { properties, required = [], additionalProperties } = schema;
    if (!properties) return `Record<string, ${additionalProperties?.type ? typeOf(additionalProperties) : 'unknown'}>`;
    const fields = Object.entries(properties).map(
      ([name, property]) => `${name}${required.includes(name) ? '' : '?'}: ${typeOf(property)}`,
    );
    return `{ ${fields.join('; ')} }`;
  }

  return { imported, resolve, typeOf };
}

const union = (types) => [...new Set(types)].join(' | ');
const isScalar = ({ type, enum: values }) => ['string', 'integer', 'number', 'boolean'].includes(type) && !values;

/** All operations, with the parameters of their path. */
function operationsOf({ paths }) {
  return Object.entries(paths).flatMap(([path, item]) =>
    methodsOf(item).map((method) => ({
      ...item[method],
      path,
      method: method.toUpperCase(),
      parameters: [...(item.parameters ?? []), ...(item[method].parameters ?? [])],
    })),
  );
}

/** The arguments of an operation: its parameters and the fields of its body. */
function argumentsOf({ operationId, parameters, requestBody }, { resolve }) {
  const sent = parameters
    .map(resolve)
    .filter((parameter) => parameter.in !== 'cookie' && !headersOfBrowsers.includes(parameter.name))
    .map((parameter) => ({ ...parameter, argument: argumentName(parameter) }));
  const body = bodyOf(operationId, requestBody, resolve);
  const fields = Object.entries(body?.properties ?? {}).map(([name, schema]) => ({
    argument: name,
    in: 'body',
    schema,
    description: schema.description ?? resolve(schema).description,
    deprecated: resolve(schema).deprecated,
    'x-sunset': resolve(schema)['x-sunset'],
    required: requestBody.required === true && (body.required ?? []).includes(name),
  }));
  const all = [...sent, ...fields];
  const names = all.map(({ argument }) => argument);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) throw new Error(`${operationId} has two arguments named ${twice}. Rename one in the description.`);
  return all;
}

function bodyOf(operationId, requestBody, resolve) {
  if (!requestBody) return undefined;
  const schema = resolve(requestBody.content['application/json']?.schema);
  if (schema?.type !== 'object') throw new Error(`The body of ${operationId} is not a JSON object.`);
  return schema;
}

/** What a method resolves with, and the media types that it asks for. */
function answerOf({ operationId, responses }, { resolve, typeOf }) {
  const types = [];
  const accepted = new Set();
  for (const [status, response] of Object.entries(responses).filter(([status]) => /^[23]/.test(status))) {
    const content = Object.entries(resolve(response).content ?? {});
    const json = content.find(([mediaType]) => isJson(mediaType));
    for (const [mediaType] of json ? [json] : content) accepted.add(mediaType);
    if (content.length === 0) types.push('undefined');
    else types.push(json ? typeOf(json[1].schema) : 'string');
    if (json && accepted.size > 1) throw new Error(`${operationId} answers ${status} with JSON, and others with text.`);
  }
  const type = union(types);
  return { type: type === 'undefined' ? 'void' : type, accepted: [...accepted] };
}

const setsCookie = ({ responses, parameters }, resolve) =>
  parameters.some((parameter) => resolve(parameter).in === 'cookie') ||
  Object.values(responses).some((response) => resolve(response).headers?.['Set-Cookie']);

/** What the client needs to know to send an operation; what is left out is false or empty. */
function tableEntry(operation, fields, { accepted }, { resolve }, security) {
  const { requestBody, path, method } = operation;
  const headers = fields.filter((field) => field.in === 'header').map(({ argument, name }) => [argument, name]);
  const query = fields.filter((field) => field.in === 'query').map(({ argument }) => argument);
  const cursor = fields.find(({ argument }) => argument === 'cursor');
  const limit = fields.find(({ argument }) => argument === 'limit');
  const entry = {
    method,
    path,
    accept: accepted.join(', ') || undefined,
    auth: (operation.security ?? security).length > 0 || undefined,
    cookies: setsCookie(operation, resolve) || undefined,
    body: requestBody && (requestBody.required ? 'required' : 'optional'),
    query: requestBody && query.length > 0 ? query : undefined,
    headers: headers.length > 0 ? Object.fromEntries(headers) : undefined,
    pageSize: cursor && (limit?.schema.maximum ?? 100),
  };
  const text = Object.entries(entry)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return `  ${operation.operationId}: { ${text.join(', ')} },\n`;
}

function argumentsInterface(name, fields, typeOf) {
  const lines = fields.map((field) => {
    const comment = docComment('  ', field.description, deprecation(field));
    const type = union(field.required ? [typeOf(field.schema)] : [typeOf(field.schema), 'undefined']);
    return `${comment}  ${field.argument}${field.required ? '' : '?'}: ${type};\n`;
  });
  return `/** The arguments of \`${name}\`. */\nexport interface ${capitalized(name)}Arguments {\n${lines.join('')}}\n`;
}

/** Fields with a default may be left out of a request. */
const typesOfClient = {
  alphabetize: false,
  defaultNonNullable: false,
  rootTypes: true,
  rootTypesNoSchemaPrefix: true,
};

/**
 * @param description the bundle
 * @param {string} notice on their first line
 * @returns the texts of the files, by their paths
 */
export async function clientFiles(description, notice) {
  const schema = astToString(await openapiTS(structuredClone(description), typesOfClient));
  const { operations, types } = renderOperations(description);
  return {
    'client/src/generated/schema.ts': `// ${notice}\n${schema}`,
    'client/src/generated/operations.ts': `// ${notice}\n${operations}`,
    'client/src/generated/types.ts': `// ${notice}\n${types}`,
  };
}

function renderOperations(description) {
  const read = reader(description);
  const interfaces = [];
  const signatures = [];
  const entries = [];
  for (const operation of operationsOf(description)) {
    const { operationId, summary, description: text } = operation;
    if (reserved.includes(operationId))
      throw new Error(`The client has no room for an operation named ${operationId}.`);
    const fields = argumentsOf(operation, read);
    const answer = answerOf(operation, read);
    if (fields.length > 0) interfaces.push(argumentsInterface(operationId, fields, read.typeOf));
    const type = fields.length > 0 ? `${capitalized(operationId)}Arguments` : 'NoArguments';
    const isPaged = fields.some(({ argument }) => argument === 'cursor');
    const mark = fields.some(({ required }) => required) ? '' : '?';
    const signature = isPaged
      ? `PagedMethod<${type}, ${answer.type}>`
      : `(args${mark}: ${type}, options?: CallOptions) => Promise<${answer.type}>`;
    const note = setsCookie(operation, read.resolve) ? noteOfSessions : '';
    const comment = docComment('  ', `${summary}.`, text, note, deprecation(operation));
    signatures.push(`${comment}  readonly ${operationId}: ${signature};\n`);
    entries.push(tableEntry(operation, fields, answer, read, description.security));
  }
  const names = Object.keys(description.components.schemas).filter((name) => !notExported.includes(name));
  const argumentTypes = interfaces.map((text) => /interface (\w+)/.exec(text)[1]);
  return {
    operations: [
      `import type { CallOptions, NoArguments, PagedMethod } from '../method.js';`,
      `import type { Operation } from '../operation.js';`,
      `import type { ${[...read.imported].sort().join(', ')} } from './schema.js';\n`,
      ...interfaces,
      '/** A method for each operation of the API. */',
      `export interface Operations {\n${signatures.join('\n')}}\n`,
      '/** How each of them is sent. */',
      `export const operations: Readonly<Record<keyof Operations, Operation>> = {\n${entries.join('')}};\n`,
    ].join('\n'),
    types: [
      `export type { ${names.join(', ')} } from './schema.js';`,
      `export type { ${argumentTypes.join(', ')}, Operations } from './operations.js';\n`,
    ].join('\n'),
  };
}
