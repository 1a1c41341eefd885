import { follow, parametersOfOperation, type Description, type PlacedOperation, type Schema } from './description.js';
import { unescape } from './jsonPointer.js';

/** The `in` of parameters, by express-openapi-validator's name for their place in a request. */
const kinds: Readonly<Record<string, string>> = {
  query: 'query',
  params: 'path',
  headers: 'header',
  cookies: 'cookie',
};

/**
 * The schema of a part of an operation's input. Undefined if the operation does not declare it.
 * @param pointer as express-openapi-validator writes it: `/body/email`, `/query/limit`, `/headers/if-none-match`
 */
export function inputSchema(
  description: Description,
  operation: PlacedOperation['operation'],
  pointer: string,
): Schema | undefined {
  const [place = '', ...names] = pointer.slice(1).split('/').map(unescape);
  if (place === 'body') {
    const [content] = Object.values(operation.requestBody?.content ?? {});
    return descend(description, content?.schema, names);
  }
  const [name, ...inside] = names;
  const parameter = parametersOfOperation(description, operation).find(
    (each) => each.in === kinds[place] && (each.in === 'header' ? each.name.toLowerCase() : each.name) === name,
  );
  return descend(description, parameter?.schema, inside);
}

function descend(description: Description, schema: Schema | undefined, names: readonly string[]): Schema | undefined {
  if (schema?.$ref !== undefined) {
    const { $ref, ...beside } = schema;
    return descend(description, { ...follow(description, $ref), ...beside }, names);
  }
  const [name, ...inside] = names;
  if (!schema || name === undefined) return schema;
  return descend(description, schema.properties?.[name] ?? schema.items, inside);
}
