import type { Operation } from './operation.js';

/** The arguments of a call, by name. */
export type Arguments = Readonly<Record<string, unknown>>;

/** Where the arguments of a call go. */
type RequestParts = Record<'path' | 'query' | 'header' | 'body', Record<string, unknown>>;

/**
 * Distributes the arguments of a call. The server rejects those that the operation does not have.
 * @throws TypeError if an argument of the path is missing, or would lead to another path
 */
export function requestParts(operation: Operation, args: Arguments): Omit<RequestParts, 'body'> & { body?: object } {
  const parts: RequestParts = { path: {}, query: {}, header: {}, body: {} };
  const inPath = namesInPath(operation);
  for (const name of inPath) parts.path[name] = pathSegment(name, args[name]);
  const others = Object.entries(args).filter(([name, value]) => value !== undefined && !inPath.includes(name));
  for (const [name, value] of others) {
    const [place, key] = placeOf(operation, name);
    parts[place][key] = value;
  }
  const { body, ...params } = parts;
  const isSent = operation.body === 'required' || Object.keys(body).length > 0;
  return isSent ? parts : params;
}

function namesInPath({ path }: Operation): string[] {
  return Array.from(path.matchAll(/\{(\w+)\}/g), ([, name = '']) => name);
}

/** Where an argument goes, and its name there. */
function placeOf({ headers = {}, body, query }: Operation, name: string): [keyof RequestParts, string] {
  const header = Object.hasOwn(headers, name) ? headers[name] : undefined;
  if (header) return ['header', header];
  return [body && !query?.includes(name) ? 'body' : 'query', name];
}

/** URLs drop the segments `.` and `..`, even when they are percent-encoded. */
function pathSegment(name: string, value: unknown): string {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || /^\.{0,2}$/.test(text)) {
    throw new TypeError(`${name} must be a string that is neither empty nor consists of dots.`);
  }
  return text;
}
