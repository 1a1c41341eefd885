function escape(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** A name in a JSON pointer as it is. */
export function unescape(name: string): string {
  return name.replaceAll('~1', '/').replaceAll('~0', '~');
}

/**
 * The JSON pointer (RFC 6901) to a field from the path that express-openapi-validator gives: a pointer, except that the
 * name of an unknown field stands at its end as it was sent, with its slashes and tildes.
 * @param value what the path leads through
 */
export function pointerToField(path: string, value: unknown): string {
  const names = path.slice(1);
  const end = names.indexOf('/');
  if (end < 0 || typeof value !== 'object' || value === null) return `/${escape(names)}`;
  if (Object.hasOwn(value, names)) return `/${escape(names)}`;
  const name = names.slice(0, end);
  return `/${name}${pointerToField(names.slice(end), (value as Record<string, unknown>)[unescape(name)])}`;
}
