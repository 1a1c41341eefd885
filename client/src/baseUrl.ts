/**
 * The URL of the API without a trailing slash. In a browser it may be relative to the page: `/accounts`.
 * @throws TypeError, without the URL, which may contain a password
 */
export function parseBaseUrl(baseUrl: string): string {
  const url = parse(baseUrl);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    throw new TypeError(
      'baseUrl must be a URL like https://example.com/accounts, without user name, query and fragment.',
    );
  }
  return (url.origin + url.pathname).replace(/\/+$/, '');
}

function parse(baseUrl: unknown): URL | undefined {
  const { location } = globalThis as { location?: { href: string } };
  try {
    return new URL(String(baseUrl), location?.href);
  } catch {
    return undefined;
  }
}
