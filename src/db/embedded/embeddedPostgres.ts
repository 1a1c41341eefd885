import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { keptSecret } from '../keptSecret.js';
import { findHome } from './clusterHome.js';
import { EmbeddedPostgresError } from './embeddedPostgresError.js';
import { initialiseCluster } from './initialiseCluster.js';
import { findBinaries } from './postgresBinaries.js';
import { host, launch, runningServer, stopProcess } from './postmaster.js';

const superuser = 'smart_audit';
const database = 'smart_audit';
/** Key of the advisory lock: an arbitrary number that all runs share. */
const leaseKey = 7_305_201_127;
const leaseTimeoutMs = 30_000;

/**
 * A PostgreSQL for development, without installation. Several runs can share one server: a run reuses a server that it finds, and
 * the last to stop stops it.
 */
export class EmbeddedPostgres {
  private constructor(
    readonly folder: string,
    readonly url: string,
    private readonly processId: number,
    /** Tells other runs that this one uses the server: see `openLease`. */
    private readonly lease: pg.Client,
  ) {}

  /**
   * Creates and starts the cluster as needed, and resolves when it answers.
   * @param wantedFolder for the data; for root, `folder` may be another one
   * @param binariesPackage folder of an npm package with the binaries of another version
   * @throws EmbeddedPostgresError
   */
  static async start(wantedFolder: string, binariesPackage?: string): Promise<EmbeddedPostgres> {
    const home = await findHome(resolve(wantedFolder));
    const binaries = await findBinaries(home.folder, home.runAs !== undefined, binariesPackage);
    const password = await keptSecret(home.folder, 'database-password');
    await initialiseCluster(home, binaries, superuser, password);
    for (const end = Date.now() + leaseTimeoutMs; ; await delay(100)) {
      const server = (await runningServer(home.folder)) ?? (await launch(home, binaries));
      try {
        const url = `postgresql://${superuser}:${password}@${host}:${server.port}/`;
        const lease = await openLease(`${url}postgres`);
        await createDatabase(lease);
        return new EmbeddedPostgres(home.folder, url + database, server.processId, lease);
      } catch (error) {
        // Another run stopped the server before we got the lease, or the process was killed and is about to vanish.
        if (Date.now() < end) continue;
        const message = `The database in ${home.folder} does not answer. Stop its postgres process.`;
        throw new EmbeddedPostgresError(message, error);
      }
    }
  }

  /** Stops the server, unless another run still uses it. */
  async stop(): Promise<void> {
    if (await this.isLast()) await stopProcess(this.processId);
    await this.lease.end();
  }

  /** If true, no other run can begin to use the server. False also when the server is gone. */
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
 * All runs hold a shared advisory lock. The last one can lock it exclusively, and does so until the server has stopped: a run that
 * starts meanwhile waits here, loses its connection and starts the server again.
 */
async function openLease(url: string): Promise<pg.Client> {
  const lease = new pg.Client({
    connectionString: url,
    application_name: 'smart-audit-api lease',
    connectionTimeoutMillis: 10_000,
    query_timeout: 30_000,
    keepAlive: true,
  });
  // Other connections report a lost server.
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
