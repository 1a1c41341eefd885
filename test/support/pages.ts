import type { TestApp } from './testApp.js';

interface Page {
  items: { id: string }[];
  next_cursor: string | null;
}

/** Follows the cursors of a list, and returns the ids on each page. */
export async function pagesOf(app: TestApp, operationId: string, token: string, limit: number): Promise<string[][]> {
  const pages: string[][] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query = { limit: String(limit), ...(cursor && { cursor }) };
    const page = (await app.call(operationId, { token, query })).body as Page;
    pages.push(page.items.map(({ id }) => id));
    cursor = page.next_cursor;
  }
  return pages;
}
