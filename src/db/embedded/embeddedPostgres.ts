import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { keptSecret } from '../keptSecret.js';
import { findHome } from './clusterHome.js';
import { initialiseCluster } from './initialiseCluster.js';
import { findBinaries } from './postgresBinaries.js';
import { host, launch, portOf, runningProcess, stopProcess } from './postmaster.js';

const superuser = 'smart_audit';
const database = 'smart_audit';

/**
 * A PostgreSQL of our own that needs no installation. Its data stay in a folder; a server that a killed run left behind
 * is found there and used on, and whoever stops last stops it.
 */
export class EmbeddedPostgres {
  private constructor(
    /** Where the data are. */
    readonly folder: string,
    /** The connection string, with its random password. */
    readonly url: string,
    private readonly processId: number,
    /** A connection that does nothing but tell other runs that this one uses the server. */
    private readonly lease: pg.Client,
  ) {}

  /**
   * Makes the cluster where there is none, starts it where it does not run, and returns it when it answers.
   * @param wantedFolder where the data should be; root may have to keep them elsewhere, see `folder`
   * @throws EmbeddedPostgresError that says what to do
   */
  static async start(wantedFolder: string): Promise<EmbeddedPostgres> {
    const home = await findHome(resolve(wantedFolder));
    const binaries = await findBinaries(home.folder, home.runAs !== undefined);
    const password = await keptSecret(home.folder, 'database-password');
    await initialiseCluster(home, binaries, superuser, password);
    for (let attempt = 1; ; attempt += 1) {
      const processId = (await runningProcess(home.folder)) ?? (await launch(home, binaries));
      try {
        const url = `postgresql://${superuser}:${password}@${host}:${await portOf(home.folder)}/`;
        const lease = await openLease(`${url}postgres`);
        await createDatabase(lease);
        return new EmbeddedPostgres(home.folder, url + database, processId, lease);
      } catch (error) {
        // Another run may have stopped the server just before we told it that we use it.
        if (attempt === 3) throw error;
      }
    }
  }

  /** Stops the server, unless another run of ours still uses it. Resolves when it has stopped. */
  async stop(): Promise<void> {
    await this.lease.end();
    if (await this.isUsedByOthers()) return;
    await stopProcess(this.processId);
  }

  /** Our own connections may take a moment to be gone; those of others stay. */
  private async isUsedByOthers(): Promise<boolean> {
    for (let attempt = 0; attempt < 10; attempt += 1) {
      if ((await countClients(this.url)) === 0) return false;
      await delay(50);
    }
    return true;
  }
}

/** How many other clients are connected; none where the server does not answer. */
async function countClients(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  try {
    await client.connect();
    const { rows } = await client.query<{ clients: number }>(
      `SELECT count(*)::int AS clients FROM pg_stat_activity
       WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`,
    );
    return rows[0]?.clients ?? 0;
  } catch {
    return 0;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function openLease(url: string): Promise<pg.Client> {
  const lease = new pg.Client({
    connectionString: url,
    application_name: 'smart-audit-api lease',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  // A server that goes away is noticed where it is needed: by the queries of requests.
  lease.on('error', () => undefined);
  await lease.connect();
  return lease;
}

async function createDatabase(client: pg.Client): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
  if (rowCount === 0) await client.query(`CREATE DATABASE ${database}`).catch(ignoreDuplicate);
}

function ignoreDuplicate(error: { code?: string }): void {
  if (error.code !== '42P04' && error.code !== '23505') throw error as Error;
}
