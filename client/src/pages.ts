import type { Page } from './method.js';

/** The items of a list, page after page. */
export async function* allItems(
  request: (cursor: { cursor?: string }) => Promise<Page>,
): AsyncGenerator<unknown, void, undefined> {
  let page = await request({});
  yield* page.items;
  while (page.next_cursor !== null) {
    page = await request({ cursor: page.next_cursor });
    yield* page.items;
  }
}
