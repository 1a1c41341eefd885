import { resolve } from 'node:path';
import pg from 'pg';
import { keptSecret } from '../keptSecret.js';
import { findHome } from './clusterHome.js';
import { initialiseCluster } from './initialiseCluster.js';
import { findBinaries } from './postgresBinaries.js';
import { host, launch, portOf, runningProcess, stopProcess } from './postmaster.js';

const superuser = 'smart_audit';
const database = 'smart_audit';
/** Any number, as long as every run uses the same: the key of the advisory lock. */
const leaseKey = 7_305_201_127;

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
    /** A connection that does nothing but tell other runs that this one uses the server: see `openLease`. */
    private readonly lease: pg.Client,
  ) {}

  /**
   * Makes the cluster where there is none, starts it where it does not run, and returns it when it answers.
   * @param wantedFolder where the data should be; root may have to keep them elsewhere, see `folder`
   * @param binariesPackage the folder of an npm package with binaries, for another version than the installed one
   * @throws EmbeddedPostgresError that says what to do
   */
  static async start(wantedFolder: string, binariesPackage?: string): Promise<EmbeddedPostgres> {
    const home = await findHome(resolve(wantedFolder));
    const binaries = await findBinaries(home.folder, home.runAs !== undefined, binariesPackage);
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
    if (await this.isLast()) await stopProcess(this.processId);
    await this.lease.end();
  }

  /** Then nobody can begin to use the server any more: see `openLease`. False where it is gone already. */
  private async isLast(): Promise<boolean> {
    try {
      await this.lease.query('SELECT pg_advisory_unlock_shared($1)', [leaseKey]);
      const { rows } = await this.lease.query<{ last: boolean }>('SELECT pg_try_advisory_lock($1) AS last', [leaseKey]);
      return rows[0]?.last === true;
    } catch {
      return false;
    }
  }
}

/**
 * All that use the server share an advisory lock. Who can have it alone is the last, and keeps it until the server has
 * stopped, so that whoever comes meanwhile waits here, fails with the server and starts it anew.
 */
async function openLease(url: string): Promise<pg.Client> {
  const lease = new pg.Client({
    connectionString: url,
    application_name: 'smart-audit-api lease',
    connectionTimeoutMillis: 10_000,
    query_timeout: 30_000,
    keepAlive: true,
  });
  // A server that goes away is noticed where it is needed: by the queries of requests.
  lease.on('error', () => undefined);
  await lease.connect();
  await lease.query('SELECT pg_advisory_lock_shared($1)', [leaseKey]);
  return lease;
}

async function createDatabase(client: pg.Client): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
  if (rowCount === 0) await client.query(`CREATE DATABASE ${database}`).catch(ignoreDuplicate);
}

function ignoreDuplicate(error: { code?: string }): void {
  if (error.code !== '42P04' && error.code !== '23505') throw error as Error;
}
