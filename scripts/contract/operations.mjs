/** The operations of a description, and what they use. */
import { nodeAt, resolve } from './pointers.mjs';

const methods = ['get', 'put', 'post', 'delete', 'patch'];

/** All operations, in the description's order, by names such as `GET /docs`. */
export function operationsByName(description) {
  return new Map(
    Object.entries(description.paths).flatMap(([path, item]) =>
      methodsOf(item).map((method) => [nameOf(path, method), item[method]]),
    ),
  );
}

/** The methods of a path's operations. */
export function methodsOf(pathItem) {
  return methods.filter((method) => pathItem[method]);
}

/** Such as `GET /docs`. */
export function nameOf(path, method) {
  return `${method.toUpperCase()} ${path}`;
}

/** For each component, by its pointer, the names of the operations that use it, directly or through others. */
export function usesOfComponents(description) {
  const uses = new Map();
  for (const [name, operation] of operationsByName(description)) {
    for (const component of componentsIn(description, operation)) {
      uses.set(component, [...(uses.get(component) ?? []), name]);
    }
  }
  return uses;
}

function componentsIn(description, node, found = new Set()) {
  JSON.stringify(node, (key, value) => {
    if (key !== '$ref' || typeof value !== 'string' || found.has(value)) return value;
    found.add(value);
    componentsIn(description, nodeAt(description, value), found);
    return value;
  });
  return found;
}

/**
 * The error codes of an operation with their statuses, such as `409 email_taken`: the examples of an error response are named
 * after their codes.
 */
export function errorCodesOf(description, operation) {
  return Object.entries(operation.responses).flatMap(([status, reference]) => {
    if (status !== 'default' && Number(status) < 400) return [];
    const media = Object.values(resolve(description, reference).content ?? {});
    return media.flatMap(({ examples = {} }) => Object.keys(examples).map((code) => `${status} \`${code}\``));
  });
}
