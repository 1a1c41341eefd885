function escape(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** Decodes a name of a JSON pointer. */
export function unescape(name: string): string {
  return name.replaceAll('~1', '/').replaceAll('~0', '~');
}

/**
 * Makes a JSON pointer (RFC 6901) of the path that express-openapi-validator gives, which is one except that the name of an
 * unknown field at its end is not escaped.
 * @param value the document that the path points into
 */
export function pointerToField(path: string, value: unknown): string {
  const names = path.slice(1);
  const end = names.indexOf('/');
  if (end < 0 || typeof value !== 'object' || value === null) return `/${escape(names)}`;
  if (Object.hasOwn(value, names)) return `/${escape(names)}`;
  const name = names.slice(0, end);
  return `/${name}${pointerToField(names.slice(end), (value as Record<string, unknown>)[unescape(name)])}`;
}
