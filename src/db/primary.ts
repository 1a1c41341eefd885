import pg from 'pg';
import { describeHost, parseDatabaseUrl, type DatabaseHost, type DatabaseUrl } from '../config/databaseUrl.js';
import { isReadOnlySql, readOnly, ReadOnlyServerError } from './readOnlyServer.js';

/** How long a host may take to say whether it takes writes, in milliseconds: one that drops packets must not delay the others. */
const answerTimeoutMs = 2000;

/** A connection of any pool. */
interface Connection {
  /** How often the primary had been left when the connection was made. */
  readonly generation: number;
  readonly isConnecting: boolean;
  abort(reason: Error): void;
}

/** No host of the URL takes writes. */
class NoPrimaryError extends Error {
  readonly code: string | undefined;

  constructor(hosts: readonly DatabaseHost[], { errors }: AggregateError) {
    const reasons = errors as NodeJS.ErrnoException[];
    super(hosts.map((host, index) => `${describeHost(host)}: ${reasons[index]?.message}`).join('; '));
    // A host that answers and refuses, such as a wrong password, tells more than one that is a standby or cannot be reached.
    const telling = reasons.find(({ code }) => code !== undefined && code !== readOnly && !/^E[A-Z]+$/.test(code));
    const isAnyReadOnly = reasons.some(({ code }) => code === readOnly);
    this.code = telling?.code ?? (isAnyReadOnly ? readOnly : reasons[0]?.code);
  }
}

/**
 * The server of a DATABASE_URL that takes writes: one of its hosts, or whatever its one name leads to. A fail-over makes another
 * server the primary while connections to the old one stay open.
 */
export class Primary {
  private readonly url: DatabaseUrl;
  private readonly connections = new Set<Connection>();
  private locating: Promise<DatabaseHost | undefined> | undefined;
  private departures = 0;

  constructor(databaseUrl: string) {
    this.url = parseDatabaseUrl(databaseUrl);
  }

  /** What all connections have in common. */
  get options(): pg.ClientConfig {
    const { hosts, user, password, database, options } = this.url;
    // pg looks for a password in ~/.pgpass by the first host.
    return { ...hosts[0], user, password, database, ...options };
  }

  /** How often the primary has been left. */
  get generation(): number {
    return this.departures;
  }

  /**
   * Where to connect to. Asks several hosts at the same time which of them takes writes.
   * @throws NoPrimaryError if none does
   */
  locate(): Promise<DatabaseHost | undefined> {
    const { hosts } = this.url;
    if (hosts.length === 1) return Promise.resolve(hosts[0]);
    this.locating ??= this.askAll(hosts).finally(() => (this.locating = undefined));
    return this.locating;
  }

  opened(connection: Connection): void {
    this.connections.add(connection);
  }

  closed(connection: Connection): void {
    this.connections.delete(connection);
  }

  /** Makes all present connections stale: pools must not use them again, because their server takes no writes any more. */
  leave(): void {
    this.departures += 1;
  }

  /** Ends stale connections that are still in use or wait for their server, which may never answer. */
  abortStale(): void {
    const reason = new Error('Connection terminated: another server has become the primary');
    for (const connection of this.connections) {
      if (connection.isConnecting || connection.generation < this.departures) connection.abort(reason);
    }
  }

  private async askAll(hosts: readonly DatabaseHost[]): Promise<DatabaseHost> {
    return Promise.any(hosts.map((host) => this.ask(host))).catch((error: unknown) => {
      throw new NoPrimaryError(hosts, error as AggregateError);
    });
  }

  /** @throws ReadOnlyServerError */
  private async ask(host: DatabaseHost): Promise<DatabaseHost> {
    const timeouts = { connectionTimeoutMillis: answerTimeoutMs, query_timeout: answerTimeoutMs };
    const client = new pg.Client({ ...timeouts, ...this.options, ...host });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rows } = await client.query<{ is_read_only: boolean }>(`SELECT ${isReadOnlySql} AS is_read_only`);
      if (rows[0]?.is_read_only !== false) throw new ReadOnlyServerError();
      return host;
    } finally {
      void client.end();
    }
  }
}
