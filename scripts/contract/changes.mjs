/** Compares two descriptions, with the eyes of a client. */
import { hasRunOut } from './deprecations.mjs';
import { methodsOf, operationsByName } from './operations.mjs';
import { breakIn, furtherBreaks } from './ownRules.mjs';
import { withNamedParameters, withOwnPointers } from './parameters.mjs';
import { nodesAlong, resolve } from './pointers.mjs';
import { redoclyDiff } from './redoclyDiff.mjs';

/**
 * All changes, in the form of `redocly diff`: `impact` is `major` for one that breaks clients, `minor` for an addition and
 * `patch` for anything else. What is removed after its deprecation has run out, according to the base, is a `patch` and has
 * `isExpected`.
 */
export async function changesBetween(base, revision) {
  const [before, after] = [withSiblings(base), withSiblings(revision)];
  for (const description of [before, after]) removeHeadersOfDeprecations(description);
  const found = (await differences(before, after)).map((change) => {
    const message = change.impact === 'major' ? undefined : breakIn(change);
    return message ? { ...change, impact: 'major', verdicts: [{ ruleId: 'own', impact: 'major', message }] } : change;
  });
  return [...found, ...furtherBreaks(before, after)].map((change) =>
    change.impact === 'major' && isExpected(change, before) ? { ...change, impact: 'patch', isExpected: true } : change,
  );
}

async function differences(before, after) {
  const [base, revision] = [withNamedParameters(before), withNamedParameters(after)];
  const changes = await redoclyDiff(base.description, revision.description);
  return withOwnPointers(changes, base.origins, revision.origins);
}

/** `redocly diff` ignores what stands beside a `$ref`, such as `deprecated` or `default`. */
function withSiblings(description) {
  return JSON.parse(JSON.stringify(description), (key, value) => {
    const { $ref, ...siblings } = value ?? {};
    if (typeof $ref !== 'string' || Object.keys(siblings).length === 0) return value;
    return { ...structuredClone(resolve(description, { $ref })), ...siblings };
  });
}

/** What `publishDeprecations` declares in responses comes and goes with the deprecation. */
function removeHeadersOfDeprecations(description) {
  const deprecated = [...operationsByName(description).values()].filter((operation) => operation.deprecated);
  for (const { headers = {} } of deprecated.flatMap(({ responses }) => Object.values(responses))) {
    for (const name of ['Deprecation', 'Sunset', 'Link']) delete headers[name];
  }
}

/** Whether what breaks is deprecated in the base, or is in something that is, and its deprecation has run out. */
function isExpected({ kind, typeName, property, base, revision }, description) {
  if (!base) return false;
  const nodes = nodesAlong(description, base.pointer).map((node) => resolve(description, node));
  if (nodes.some((node) => hasRunOut(node))) return true;
  if (property === 'required' && typeName === 'Schema')
    return areRemovedFields(nodes.at(-2), base, revision, description);
  const parts = kind === 'removed' ? partsOf(typeName, nodes.at(-1)) : [];
  return parts.length > 0 && parts.every((part) => hasRunOut(resolve(description, part)));
}

/** A field that is removed is no longer required either. */
function areRemovedFields(schema, base, revision, description) {
  const gone = (base.value ?? []).filter((name) => !revision.value?.includes(name));
  return gone.length > 0 && gone.every((name) => hasRunOut(resolve(description, schema.properties?.[name])));
}

/** What was removed together: all operations of a path, all fields of a schema, all headers. */
function partsOf(typeName, node) {
  if (typeName === 'PathItem') return methodsOf(node).map((method) => node[method]);
  return ['SchemaProperties', 'HeadersMap'].includes(typeName) ? Object.values(node) : [];
}
