/** JSON pointers (RFC 6901) into a description, as URI fragments. */

/** @param {string} pointer such as `#/paths/~1docs/get` */
export function namesOf(pointer) {
  return pointer
    .replace(/^#\/?/, '')
    .split('/')
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/**
 * The objects that lead to a place, from the description itself to what is there: undefined where nothing is.
 * @param {any} description
 * @param {string} pointer
 * @returns {any[]}
 */
export function nodesAlong(description, pointer) {
  const nodes = [description];
  for (const name of namesOf(pointer)) nodes.push(nodes.at(-1)?.[name]);
  return nodes;
}

/**
 * What a pointer leads to; undefined if nothing is there.
 * @param {any} description
 * @param {string} pointer
 */
export function nodeAt(description, pointer) {
  return nodesAlong(description, pointer).at(-1);
}

/**
 * What an object stands for, if it is a reference.
 * @param {any} description
 * @param {any} node
 * @returns {any}
 */
export function resolve(description, node) {
  return node?.$ref === undefined ? node : resolve(description, nodeAt(description, node.$ref));
}
