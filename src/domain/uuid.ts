const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether this is a UUID as PostgreSQL writes it: in lower case, with hyphens. */
export function isUuid(value: unknown): boolean {
  return typeof value === 'string' && uuid.test(value);
}
