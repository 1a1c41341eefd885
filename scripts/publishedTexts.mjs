/** What the published description says in its texts because its examples and extensions say so: documentation shows only texts. */

import { methodsOf } from './contract/operations.mjs';

/** An `x-rate-limit` in words: `20 requests a minute`. */
export function limitInWords({ limit, window_seconds: seconds }) {
  const requests = limit === 1 ? '1 request' : `${limit} requests`;
  if (seconds === 60) return `${requests} a minute`;
  if (seconds === 3600) return `${requests} an hour`;
  if (seconds % 3600 === 0) return `${requests} in ${seconds / 3600} hours`;
  return seconds % 60 === 0 ? `${requests} in ${seconds / 60} minutes` : `${requests} in ${seconds} seconds`;
}

/** The error codes of a response: the names of its examples. Undefined if it is no error. */
function errorCodesOf({ content }) {
  const { schema, examples } = content?.['application/json'] ?? {};
  return schema?.$ref === '#/components/schemas/ApiError' ? Object.keys(examples) : undefined;
}

function withCodes(response) {
  const codes = errorCodesOf(response);
  if (!codes) return response;
  const { description, ...rest } = response;
  const list = codes.map((code) => `\`${code}\``).join(', ');
  return { description: `${description} Codes: ${list}.`, 'x-error-codes': codes, ...rest };
}

const mapValues = (object, change) =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));

function withAccess(operation, isExempt) {
  const { 'x-required-role': role, 'x-rate-limit': limit } = operation;
  const sentences = [
    role && `Requires the role \`${role}\`.`,
    limit && `Limit: ${limitInWords(limit)} for each client address, in addition to the limit for all operations.`,
    isExempt && 'There is no limit for this operation.',
  ];
  const description = [operation.description, sentences.filter(Boolean).join(' ')].filter(Boolean).join('\n\n');
  return { ...operation, description, responses: mapValues(operation.responses, withCodes) };
}

/**
 * A copy of the bundle whose error responses list their codes, in `x-error-codes` and in their descriptions, and whose
 * operations say in their descriptions which role they require and which limit they have.
 */
export function withPublishedTexts(description) {
  const { paths, components } = description;
  const describe = (path) => {
    const changed = methodsOf(path);
    const isExempt = path['x-exempt-from-rate-limit'];
    return { ...path, ...Object.fromEntries(changed.map((method) => [method, withAccess(path[method], isExempt)])) };
  };
  return {
    ...description,
    paths: mapValues(paths, describe),
    components: { ...components, responses: mapValues(components.responses, withCodes) },
  };
}
