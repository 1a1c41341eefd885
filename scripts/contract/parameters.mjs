/**
 * `redocly diff` pairs the entries of two lists by how similar their texts are: it takes a parameter with a new text for another
 * one, removed and added. As references of the same name it pairs them by that name.
 */
import { operationsByName } from './operations.mjs';
import { resolve } from './pointers.mjs';

const folder = '#/components/parameters/';

/**
 * A copy with each parameter as a reference named after its operation, place and name.
 * @returns {{ description: any, origins: Map<string, string> }} `origins`: where what the references lead to really stands
 */
export function withNamedParameters(original) {
  const { components, ...description } = structuredClone(original);
  const parameters = {};
  const origins = new Map();
  for (const [operationName, operation] of operationsByName(description)) {
    const [method, path] = operationName.split(' ');
    const list = `#/paths/${path.replaceAll('~', '~0').replaceAll('/', '~1')}/${method.toLowerCase()}/parameters`;
    operation.parameters = (operation.parameters ?? []).map((entry, index) => {
      const parameter = resolve(original, entry);
      const name = Buffer.from(`${operationName} ${parameter.in} ${parameter.name}`).toString('base64url');
      parameters[name] = parameter;
      origins.set(folder + name, entry.$ref ?? `${list}/${index}`);
      return { $ref: folder + name };
    });
  }
  // Last: a component is compared where it is used, and not once more.
  return { description: { ...description, components: { ...components, parameters } }, origins };
}

/** Changes between two such copies, as changes between the originals. */
export function withOwnPointers(changes, before, after) {
  const restored = changes
    .filter(({ path }) => !before.has(path) && !after.has(path))
    .map((change) => ({
      ...change,
      ...(change.base && { base: ownPlace(change.base, before) }),
      ...(change.revision && { revision: ownPlace(change.revision, after) }),
    }));
  // A parameter that operations share has changed once.
  const seen = new Set();
  return restored.filter(({ kind, property, base, revision }) => {
    const place = JSON.stringify([kind, property, base?.pointer, revision?.pointer]);
    return !seen.has(place) && seen.add(place);
  });
}

function ownPlace(place, origins) {
  const pointer = place.pointer.replace(/^#\/components\/parameters\/[^/]+/, (named) => origins.get(named) ?? named);
  return { ...place, pointer };
}
