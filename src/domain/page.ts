/** A part of a list that is ordered by id, newest first. */
export interface Page<Item> {
  items: Item[];
  /** The id after which the list continues; undefined at its end. */
  next: string | undefined;
}

export interface PageRequest {
  /** 1 or more. */
  limit: number;
  /** The `next` of the previous page; undefined for the first. */
  after: string | undefined;
}

/** @param rows up to one more than the limit, which shows whether the list goes on */
export function toPage<Item extends { id: string }>(rows: readonly Item[], limit: number): Page<Item> {
  const items = rows.slice(0, limit);
  return { items, next: rows.length > limit ? items.at(-1)?.id : undefined };
}
