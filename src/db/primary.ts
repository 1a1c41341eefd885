import type { ClientConfig } from 'pg';
import { parseDatabaseUrl, type DatabaseHost, type DatabaseUrl } from '../config/databaseUrl.js';

/** The server of a DATABASE_URL that takes writes. */
export class Primary {
  private readonly url: DatabaseUrl;

  constructor(databaseUrl: string) {
    this.url = parseDatabaseUrl(databaseUrl);
  }

  /** What all connections have in common. */
  get options(): ClientConfig {
    const { user, password, database, options } = this.url;
    return { user, password, database, ...options };
  }

  /** Where to connect to. */
  async locate(): Promise<DatabaseHost | undefined> {
    return this.url.hosts[0];
  }
}
