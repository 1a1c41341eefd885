/** The parts of a server's URL, decoded. */
export interface ServerUrl {
  scheme: string;
  /** A name or an address; an IPv6 address without its brackets. */
  host: string;
  port: number | undefined;
  user: string | undefined;
  password: string | undefined;
  /** Without the slash in front. */
  path: string;
}

/** For user names and passwords. */
export const encodingRule = 'percent-encode special characters: % is %25, / is %2F, # is %23, ? is %3F, @ is %40';

/**
 * Refuses a raw `%`, which clients cannot decode, or decode differently.
 * @throws TypeError whose message does not contain the text
 */
export function assertPercentEncoded(text: string): void {
  try {
    decodeURIComponent(text);
  } catch {
    throw new TypeError(`has a % that is not followed by the code of a character; ${encodingRule}`);
  }
}

/**
 * Parses the URL of a mail server or of Redis. The settings are checked with it and the clients get its parts, so that no client
 * reads a URL differently.
 * @throws TypeError whose message does not contain the text
 */
export function parseServerUrl(text: string): ServerUrl {
  if (!URL.canParse(text)) throw new TypeError(`is not a URL; ${encodingRule}`);
  assertPercentEncoded(text);
  const { protocol, username, password, hostname, port, pathname, search, hash } = new URL(text);
  // An @ after the host belongs to a password whose /, ? or # ended the host too early.
  if (hash || `${pathname}${search}`.includes('@')) throw new TypeError(`has a raw /, # or ?; ${encodingRule}`);
  return {
    scheme: protocol.slice(0, -1),
    host: decodeURIComponent(hostname).replace(/^\[|\]$/g, ''),
    port: port ? Number(port) : undefined,
    user: decodeURIComponent(username) || undefined,
    password: decodeURIComponent(password) || undefined,
    path: decodeURIComponent(pathname).slice(1),
  };
}
