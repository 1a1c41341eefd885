import pg from 'pg';
import type { Config } from '../config/config.js';
import type { Logger } from '../observability/logger.js';
import { StartError } from '../startError.js';
import { connectForMigrations } from './connection.js';
import { EmbeddedPostgres } from './embedded/embeddedPostgres.js';
import { MigrationStatus, type Select } from './migrationStatus.js';
import { Migrator } from './migrator.js';
import { warnOfPower } from './rolePower.js';
import { RuntimeRole } from './runtimeRole.js';

/** The PostgreSQL of DATABASE_URL, or the embedded one. */
export interface Database {
  url: string;
  /** Data folder of the embedded server. */
  folder: string | undefined;
  /** Stops the embedded server. */
  close(): Promise<void>;
}

export class DatabaseUnreachableError extends StartError {
  constructor(databaseUrl: string, setting: UrlSetting, cause: unknown) {
    const { host, pathname } = new URL(databaseUrl);
    super(
      `The database ${host}${pathname} does not answer (${messageOf(cause)}). Start it, or correct ${setting}.`,
      cause,
    );
  }
}

class PrivilegesMissingError extends StartError {
  constructor(setting: UrlSetting, cause: unknown) {
    const remedy = {
      DATABASE_URL:
        'Set MIGRATION_DATABASE_URL to the role that owns the tables: it migrates and grants this role its privileges.',
      MIGRATION_DATABASE_URL: 'It must be the role that owns the tables, and the owner of the database.',
    };
    super(`${setting}: its role may not do what is needed (${messageOf(cause)}). ${remedy[setting]}`, cause);
  }
}

class MigrationsPendingError extends StartError {
  constructor(pending: readonly string[]) {
    super(
      `The database lacks migrations of this version: ${pending.join(', ')}. Apply them: node dist/migrate.js up. ` +
        'Or set MIGRATE_ON_START=true.',
    );
  }
}

type UrlSetting = 'DATABASE_URL' | 'MIGRATION_DATABASE_URL';

/** SQLSTATEs (PostgreSQL, appendix A). */
const insufficientPrivilege = '42501';
const undefinedTable = '42P01';

/** Sequelize and Umzug wrap database errors. */
function sqlState(error: unknown): string | undefined {
  const { original, cause, code } = error as { original?: unknown; cause?: unknown; code?: string };
  const wrapped = original ?? cause;
  return wrapped ? sqlState(wrapped) : code;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** @throws StartError also when the embedded PostgreSQL cannot start */
export async function openDatabase(
  config: Pick<Config, 'databaseUrl' | 'migrationDatabaseUrl' | 'dataFolder'>,
): Promise<Database> {
  if (config.databaseUrl) return { url: config.databaseUrl, folder: undefined, close: async () => undefined };
  if (config.migrationDatabaseUrl) {
    throw new StartError('DATABASE_URL: must name the role of the server when MIGRATION_DATABASE_URL is set.');
  }
  const embedded = await EmbeddedPostgres.start(config.dataFolder);
  return { url: embedded.url, folder: embedded.folder, close: () => embedded.stop() };
}

/**
 * Runs `work` with a migrator on its own connections, as MIGRATION_DATABASE_URL's role if set.
 * @throws StartError when the database is unreachable or the role lacks privileges
 */
export async function withMigrator<T>(
  databaseUrl: string,
  config: Pick<Config, 'database' | 'migrationDatabaseUrl'>,
  logger: Logger,
  work: (migrator: Migrator) => Promise<T>,
): Promise<T> {
  const { migrationDatabaseUrl: ownerUrl } = config;
  const [url, setting] = ownerUrl
    ? [ownerUrl, 'MIGRATION_DATABASE_URL' as const]
    : [databaseUrl, 'DATABASE_URL' as const];
  const role = ownerUrl === undefined ? undefined : RuntimeRole.of(databaseUrl);
  const sequelize = connectForMigrations(url, config.database);
  try {
    await reach(url, setting, sequelize.authenticate());
    return await work(new Migrator(sequelize, logger, role));
  } catch (error) {
    throw explained(error, setting);
  } finally {
    await sequelize.close();
  }
}

/**
 * Migrates the database with MIGRATE_ON_START, and checks as the server's role that no migration is pending. A database with
 * newer migrations is accepted: an upgrade is in progress.
 * @throws StartError when the database is unreachable, migrations are pending or the role lacks privileges
 */
export async function prepareSchema(
  databaseUrl: string,
  config: Pick<Config, 'database' | 'env' | 'migrationDatabaseUrl' | 'migrateOnStart'>,
  logger: Logger,
): Promise<void> {
  const { migrateOnStart, migrationDatabaseUrl } = config;
  const migrate = () => withMigrator(databaseUrl, config, logger, (migrator) => migrator.up());
  const findPending = () =>
    withDatabase(databaseUrl, config, async (select) => {
      const pending = await pendingIn(select);
      if (pending.length === 0 && config.env === 'production') await warnOfPower(select, logger);
      return pending;
    });
  // The owner also grants privileges, so it runs even when nothing is pending.
  const hasOwner = migrationDatabaseUrl !== undefined;
  if (migrateOnStart && hasOwner) await migrate();
  let pending = await findPending();
  if (pending.length > 0 && migrateOnStart && !hasOwner) {
    await migrate();
    pending = await findPending();
  }
  if (pending.length > 0) throw new MigrationsPendingError(pending);
}

async function pendingIn(select: Select): Promise<string[]> {
  const status = await MigrationStatus.of(select);
  return status.pendingMigrations().catch((error: unknown) => {
    if (sqlState(error) === undefinedTable) return ['all of them'];
    throw error;
  });
}

/** A database may answer slowly right after its own start. */
const startQueryTimeoutMs = 10_000;

/** Runs `work` as the server's role on its own connection. */
async function withDatabase<T>(
  databaseUrl: string,
  { database }: Pick<Config, 'database'>,
  work: (select: Select) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'smart-audit-api start',
    connectionTimeoutMillis: database.connectTimeoutMs,
    query_timeout: startQueryTimeoutMs,
  });
  // Queries report the error.
  client.on('error', () => undefined);
  try {
    await reach(databaseUrl, 'DATABASE_URL', client.connect());
    return await work(async <Row extends object>(sql: string) => {
      const answer = client.query<Row>(sql).catch((error: unknown) => {
        if (error instanceof pg.DatabaseError) throw error;
        throw new DatabaseUnreachableError(databaseUrl, 'DATABASE_URL', error);
      });
      return (await answer).rows;
    });
  } catch (error) {
    throw explained(error, 'DATABASE_URL');
  } finally {
    await client.end();
  }
}

async function reach(databaseUrl: string, setting: UrlSetting, connecting: Promise<unknown>): Promise<void> {
  await connecting.catch((error: unknown) => {
    throw lacksPrivilege(error) ? error : new DatabaseUnreachableError(databaseUrl, setting, error);
  });
}

function explained(error: unknown, setting: UrlSetting): unknown {
  return lacksPrivilege(error) && !(error instanceof StartError) ? new PrivilegesMissingError(setting, error) : error;
}

function lacksPrivilege(error: unknown): boolean {
  return sqlState(error) === insufficientPrivilege;
}
