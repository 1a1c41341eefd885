import { execFile } from 'node:child_process';
import { appendFile, chown, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseConfig } from '../../src/config/config.js';
import { withMigrator } from '../../src/db/database.js';
import { EmbeddedPostgres } from '../../src/db/embedded/embeddedPostgres.js';
import { createLogger } from '../../src/observability/logger.js';
import { query } from './connectToDatabase.js';
import { endPostgres } from './postgresProcesses.js';
import { temporaryFolder } from './temporaryFolder.js';
import { until } from './until.js';

const run = promisify(execFile);
const binaries = process.env['TEST_POSTGRES_PACKAGE'];

/** Makes a migrated cluster that does not run, to be copied. */
export async function prepareCluster(): Promise<string> {
  const folder = await temporaryFolder('cluster');
  const postgres = await EmbeddedPostgres.start(folder, binaries);
  const logger = createLogger({ env: 'test', logLevel: 'error' });
  await withMigrator(postgres.url, parseConfig({}), logger, (migrator) => migrator.up());
  await postgres.stop();
  return folder;
}

/** A server of a `ReplicatedPostgres`. */
class PostgresNode {
  private constructor(
    readonly url: string,
    private readonly folder: string,
  ) {}

  /** Copies a cluster and starts a server on the copy. */
  static async start(cluster: string, settings: Record<string, string>, isStandby: boolean): Promise<PostgresNode> {
    const folder = await temporaryFolder('node');
    await run('cp', ['-a', `${cluster}/.`, folder]);
    const data = join(folder, 'postgres');
    const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value}'\n`);
    await appendFile(join(data, 'postgresql.auto.conf'), lines.join(''));
    if (isStandby) {
      const signal = join(data, 'standby.signal');
      const { uid, gid } = await stat(data);
      await writeFile(signal, '');
      await chown(signal, uid, gid);
    }
    const { url } = await EmbeddedPostgres.start(folder, binaries);
    return new PostgresNode(url, folder);
  }

  /** All its processes end at once, as when the machine loses power. */
  async crash(): Promise<void> {
    await endPostgres(this.folder);
  }

  async becomeReadOnly(): Promise<void> {
    await query(this.url, 'ALTER SYSTEM SET default_transaction_read_only = on');
    await query(this.url, 'SELECT pg_reload_conf()');
  }

  /** Resolves when it takes writes. */
  async promote(): Promise<void> {
    await query(this.url, 'SELECT pg_promote()');
    await until(async () => {
      const [row] = await query<{ is_standby: boolean }>(this.url, 'SELECT pg_is_in_recovery() AS is_standby');
      return row?.is_standby === false;
    });
  }

  /** The connections of the tested server. */
  async connectionsOfServer(): Promise<string[]> {
    const rows = await query<{ application_name: string }>(
      this.url,
      `SELECT application_name FROM pg_stat_activity
       WHERE application_name ~ '^smart-audit-api' AND application_name <> 'smart-audit-api lease'`,
    );
    return rows.map(({ application_name }) => application_name);
  }
}

/** A primary and a standby, to which it replicates synchronously. */
export interface ReplicatedPostgres {
  primary: PostgresNode;
  standby: PostgresNode;
}

/** @param cluster from `prepareCluster` */
export async function startReplicated(cluster: string): Promise<ReplicatedPostgres> {
  const primary = await PostgresNode.start(cluster, { synchronous_standby_names: '*' }, false);
  const { hostname, port, username, password } = new URL(primary.url);
  const source = `host=${hostname} port=${port} user=${username} password=${password}`;
  const standby = await PostgresNode.start(cluster, { primary_conninfo: source }, true);
  await until(async () => {
    const rows = await query<{ sync_state: string }>(primary.url, 'SELECT sync_state FROM pg_stat_replication');
    return rows.some(({ sync_state }) => sync_state === 'sync');
  });
  return { primary, standby };
}
