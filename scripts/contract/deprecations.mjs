/** `deprecated: true` with the dates `x-deprecated-since` and `x-sunset`. */

/** Whether something may be removed: it is deprecated, and its last day has come. */
export function hasRunOut(node, now = new Date()) {
  return node?.deprecated === true && typeof node['x-sunset'] === 'string' && new Date(node['x-sunset']) <= now;
}

/** What a deprecated part of the description says about itself. */
export function announcement(node) {
  return `Deprecated since ${node['x-deprecated-since']}. It may be removed on ${node['x-sunset']} or later.`;
}
