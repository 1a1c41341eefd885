/** JSON of any shape, in tests that change it. */
export interface Tree {
  [name: string]: Tree;
}

/** What is at a place; every step to it must exist. */
function at(tree: Tree, place: readonly string[]): Tree {
  return place.reduce((node, name) => {
    if (!Object.hasOwn(node, name)) throw new Error(`There is no ${name} on the way to ${place.join(' ')}.`);
    return node[name]!;
  }, tree);
}

/** What is at a place, if anything. */
export function valueAt(tree: Tree, place: readonly string[]): Tree | undefined {
  return at(tree, place.slice(0, -1))[place.at(-1)!];
}

/** Puts a value somewhere, or removes what is there. */
export function plant(tree: Tree, place: readonly string[], value: unknown): void {
  const parent = at(tree, place.slice(0, -1));
  const name = place.at(-1)!;
  if (value !== undefined) parent[name] = value as Tree;
  else if (Array.isArray(parent)) parent.splice(Number(name), 1);
  else Reflect.deleteProperty(parent, name);
}
