import { InvalidInputError } from '../../errors.js';
import { isUuid } from '../../domain/uuid.js';
import type { PageRequest } from '../../domain/page.js';

/** The `next_cursor` of a page: opaque to clients. */
export function toCursor(id: string | undefined): string | null {
  return id === undefined ? null : Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');
}

/**
 * Parses the parameters `limit` and `cursor`.
 * @throws InvalidInputError for an invalid cursor
 */
export function pageRequest({ limit = 20, cursor }: { limit?: number; cursor?: string }): PageRequest {
  return { limit, after: fromCursor(cursor) };
}

function fromCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const id = Buffer.from(cursor, 'base64url')
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  if (!isUuid(id)) {
    const message = 'must be the next_cursor of the previous page';
    throw new InvalidInputError([{ path: '/query/cursor', message, rule: 'cursor' }]);
  }
  return id;
}
