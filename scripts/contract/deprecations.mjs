/**
 * What is deprecated in the description: an operation, a parameter, a field or a response header with `deprecated: true` and
 * the dates `x-deprecated-since` and `x-sunset`.
 */
import { resolve } from './pointers.mjs';

/**
 * Whether something may be removed: it is deprecated, and its last day has come.
 * @param {any} node
 */
export function hasRunOut(node, now = new Date()) {
  return node?.deprecated === true && typeof node['x-sunset'] === 'string' && new Date(node['x-sunset']) <= now;
}

/**
 * What a deprecated part of the description says about itself.
 * @param {any} node
 */
export function announcement(node) {
  const { 'x-deprecated-since': since, 'x-sunset': sunset, 'x-deprecation-url': url } = node;
  return `Deprecated since ${since}. It may be removed on ${sunset} or later.${url ? ` See <${url}>.` : ''}`;
}

/**
 * Writes into a description what follows from its deprecations: the dates into the texts, and the headers that the server sends
 * into every response of a deprecated operation.
 * @param {any} description
 * @throws Error for a date that is none, or for a sunset that is not after the deprecation
 */
export function publishDeprecations(description) {
  /** @type {any[]} */
  const deprecated = [];
  JSON.stringify(description, (_key, node) => {
    if (node?.deprecated === true) deprecated.push(node);
    return node;
  });
  for (const node of deprecated) {
    assertDates(node);
    node.description = [node.description, `**${announcement(node)}**`].filter(Boolean).join('\n\n');
    if (node.responses) node.responses = withHeaders(description, node);
  }
}

/** @param {any} node */
function assertDates({ operationId, name, title, 'x-deprecated-since': since, 'x-sunset': sunset }) {
  const dates = [since, sunset];
  if (dates.every((date) => /^\d{4}-\d\d-\d\d$/.test(date) && !Number.isNaN(Date.parse(date))) && since < sunset)
    return;
  const what = operationId ?? name ?? title ?? 'a field';
  throw new Error(
    `The deprecation of ${what} needs two dates, x-deprecated-since before x-sunset: ${dates.join(', ')}.`,
  );
}

/**
 * @param {any} description
 * @param {any} operation
 */
function withHeaders(description, operation) {
  const headers = {
    Deprecation: header('Since when the operation is deprecated (RFC 9745).', '^@-?[0-9]+$', '@1798761600'),
    Sunset: header('When the operation may be removed (RFC 8594).', ' GMT$', 'Thu, 01 Jul 2027 00:00:00 GMT'),
    ...(operation['x-deprecation-url'] && {
      Link: header('A page about the deprecation.', '^<', '<https://example.com/>; rel="deprecation"'),
    }),
  };
  const responses = Object.entries(operation.responses).map(([status, reference]) => {
    const response = resolve(description, reference);
    return [status, { ...response, headers: { ...response.headers, ...headers } }];
  });
  return Object.fromEntries(responses);
}

/**
 * @param {string} description
 * @param {string} pattern
 * @param {string} example
 */
function header(description, pattern, example) {
  return { description, required: true, schema: { type: 'string', pattern, examples: [example] } };
}
