import { parse } from 'pg-connection-string';
import { assertPercentEncoded, encodingRule } from './serverUrl.js';

/** Where a PostgreSQL server listens. */
export interface DatabaseHost {
  /** A name, an IPv4 or IPv6 address, or the folder of a Unix socket. */
  host: string;
  port: number;
}

/** The parts of a database's URL, decoded. What is undefined comes from PostgreSQL's variables, such as PGUSER. */
export interface DatabaseUrl {
  /** At least one. All have the same data, and one takes writes. */
  hosts: readonly DatabaseHost[];
  user: string | undefined;
  password: string | undefined;
  database: string | undefined;
  /** pg's options for the connection: TLS and what the URL asks for beside it. */
  options: Readonly<Record<string, unknown>>;
}

const form = 'must look like postgresql://user:password@host:5432/database';

const structure =
  /^(?<scheme>postgres(?:ql)?:\/\/)(?<credentials>[^@/?#]*@)?(?<hosts>[^@/?#]*)(?<path>[^?#]*)(?<query>[^]*)$/i;

/** Query parameters that all connections take over. */
const passedOn = ['ssl', 'sslnegotiation', 'options', 'application_name', 'client_encoding'];

/** Parameters that have another meaning here, or none: libpq's own, which URLs of hosting services contain. */
const otherParameters = [
  ...['host', 'port', 'user', 'password', 'target_session_attrs', 'uselibpqcompat'],
  ...['sslmode', 'sslcert', 'sslkey', 'sslrootcert', 'connect_timeout', 'channel_binding', 'gssencmode'],
  ...[
    'keepalives',
    'keepalives_idle',
    'keepalives_interval',
    'keepalives_count',
    'tcp_user_timeout',
    'load_balance_hosts',
  ],
];

/** Sessions of standbys cannot write. */
const usableSessions = ['any', 'primary', 'read-write'];

/**
 * Parses the URL of a database, with several hosts as in libpq: `postgresql://user:password@a:5432,b:5433/database`. The settings
 * are checked with it and every client gets its parts, so that no client reads a URL differently.
 * @throws TypeError whose message contains no part of a password
 */
export function parseDatabaseUrl(text: string): DatabaseUrl {
  const { scheme = '', credentials = '', hosts = '', path = '', query = '' } = split(text);
  const names = hosts.split(',');
  if (names.length > 1 && names.includes('')) throw new TypeError(`has an empty host; it ${form}`);
  const urls = names.map((name) => parseOne(scheme + credentials + name + path + withPlainSslMode(query)));
  const [first] = urls as [Parsed, ...Parsed[]];
  return {
    hosts: urls.flatMap(hostsOf),
    user: unlessEmpty(first.user),
    password: unlessEmpty(first.password),
    // `parse` leaves reserved characters encoded.
    database: unlessEmpty(decodeURIComponent(path.slice(1))),
    options: Object.fromEntries(passedOn.filter((name) => name in first).map((name) => [name, first[name]])),
  };
}

/** How a message names the server and the database. */
export function describeDatabase({ hosts, database }: Pick<DatabaseUrl, 'hosts' | 'database'>): string {
  return `${hosts.map(describeHost).join(',')}/${database ?? ''}`;
}

/** How a message names a server. */
export function describeHost({ host, port }: DatabaseHost): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

type Parsed = ReturnType<typeof parse>;

const unlessEmpty = (text: string | null | undefined): string | undefined =>
  text === '' ? undefined : (text ?? undefined);

/** Refuses what clients would read differently from how it is meant. */
function split(text: string): Readonly<Record<string, string | undefined>> {
  const groups = structure.exec(text)?.groups;
  if (!groups) throw new TypeError(form);
  assertPercentEncoded(text);
  if (/\s/.test(text) || /\p{Cc}/u.test(decodeURIComponent(text))) {
    throw new TypeError('has a space or a control character; a space is %20');
  }
  if (text.split('@').length > 2) throw new TypeError(`has more than one @; ${encodingRule}`);
  if (isCutOff(groups)) throw new TypeError(`has a raw /, # or ?; ${encodingRule}`);
  assertKnownParameters(new URLSearchParams(groups['query']));
  return groups;
}

/** Whether a /, ? or # of a password has ended the host too early: then an @ follows. */
function isCutOff({ credentials, path = '', query = '' }: Readonly<Record<string, string | undefined>>): boolean {
  return /[@#]/.test(path + query) || (credentials === undefined && path.includes('%40'));
}

/** A typing error in `sslmode` must not leave a connection unencrypted. The name is not shown: it may be a part of a password. */
function assertKnownParameters(parameters: URLSearchParams): void {
  const known = [...passedOn, ...otherParameters];
  if ([...parameters.keys()].every((name) => known.includes(name))) return;
  throw new TypeError(`has an unknown parameter after the ?; those known are ${known.join(', ')}`);
}

/**
 * pg 8 verifies the certificate and its name with all of these modes, and warns that pg 9 will not. This keeps the meaning and
 * spares the warning.
 */
function withPlainSslMode(query: string): string {
  if (/[?&]uselibpqcompat=true(&|$)/.test(query)) return query;
  return query.replace(/([?&]sslmode=)(prefer|require|verify-ca)(?=&|$)/, '$1verify-full');
}

function parseOne(text: string): Parsed {
  const [, sessions = 'any'] = /[?&]target_session_attrs=([^&]*)/.exec(text) ?? [];
  if (!usableSessions.includes(sessions)) {
    throw new TypeError('has a target_session_attrs without writes; the server needs read-write');
  }
  try {
    return parse(text);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // The others are about files such as `sslrootcert`.
    const fault = code === 'ERR_INVALID_URL' ? `is not a URL; ${encodingRule}` : `cannot be used (${message})`;
    throw new TypeError(fault, { cause: error });
  }
}

/** The query may have lists, too: `?host=a,b&port=5432,5433`. */
function hostsOf({ host, port }: Parsed): DatabaseHost[] {
  const names = (unlessEmpty(host) ?? 'localhost').split(',');
  const ports = (unlessEmpty(port) ?? '5432').split(',').map(portOf);
  if (ports.length > 1 && ports.length !== names.length) {
    throw new TypeError('has another number of ports than of hosts');
  }
  // A folder may have spaces and brackets.
  if (!names.every((name) => /^(\/|[^\s[\]]+$)/.test(name))) throw new TypeError('has a host that cannot exist');
  return names.map((name, index) => ({ host: name, port: ports[ports.length > 1 ? index : 0] ?? 5432 }));
}

function portOf(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535) throw new TypeError('has a port that is not from 1 to 65535');
  return port;
}
