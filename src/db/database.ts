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

/** The PostgreSQL to use: the one that DATABASE_URL names, or the embedded one. */
export interface Database {
  url: string;
  /** Where the embedded server keeps its data; undefined for a server that is not ours. */
  folder: string | undefined;
  /** Stops the embedded server; a server that is not ours is left alone. */
  close(): Promise<void>;
}

/** The database does not answer at start. */
export class DatabaseUnreachableError extends StartError {
  constructor(databaseUrl: string, setting: UrlSetting, cause: unknown) {
    const { host, pathname } = new URL(databaseUrl);
    super(
      `The database ${host}${pathname} does not answer (${messageOf(cause)}). Start it, or correct ${setting}.`,
      cause,
    );
  }
}

/** The database does not let this role do what is to be done at start. */
class PrivilegesMissingError extends StartError {
  constructor(setting: UrlSetting, cause: unknown) {
    const remedy = {
      DATABASE_URL:
        'Set MIGRATION_DATABASE_URL to the role that owns the tables: it migrates, and gives this one what the server needs.',
      MIGRATION_DATABASE_URL: 'It must be the role that owns the tables, and the owner of the database.',
    };
    super(`${setting}: its role may not do what is needed (${messageOf(cause)}). ${remedy[setting]}`, cause);
  }
}

/** Somebody else should have migrated. */
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

/** Of an error of the database, which Sequelize and what runs migrations wrap. */
function sqlState(error: unknown): string | undefined {
  const { original, cause, code } = error as { original?: unknown; cause?: unknown; code?: string };
  const wrapped = original ?? cause;
  return wrapped ? sqlState(wrapped) : code;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * @throws EmbeddedPostgresError that says what to do
 * @throws StartError where a role is to migrate a database that is not named
 */
export async function openDatabase(
  config: Pick<Config, 'databaseUrl' | 'migrationDatabaseUrl' | 'dataFolder'>,
): Promise<Database> {
  if (config.databaseUrl) return { url: config.databaseUrl, folder: undefined, close: async () => undefined };
  if (config.migrationDatabaseUrl) {
    throw new StartError('DATABASE_URL: must name the role of the server where MIGRATION_DATABASE_URL is set.');
  }
  const embedded = await EmbeddedPostgres.start(config.dataFolder);
  return { url: embedded.url, folder: embedded.folder, close: () => embedded.stop() };
}

/**
 * Runs some work with the migrations of a database, on connections of its own: those of the role that migrates, where
 * there is one.
 * @throws DatabaseUnreachableError
 * @throws StartError where the role may not do it
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
    throw meaningOf(error, setting);
  } finally {
    await sequelize.close();
  }
}

/**
 * Brings a database to this version where that is ours to do, and makes sure, as the role of the server, that it is there.
 * A database that is ahead of this version will do: an upgrade has begun.
 * @throws DatabaseUnreachableError
 * @throws StartError that names what is missing
 */
export async function prepareSchema(
  databaseUrl: string,
  config: Pick<Config, 'database' | 'env' | 'migrationDatabaseUrl' | 'migrateOnStart'>,
  logger: Logger,
): Promise<void> {
  const { migrateOnStart, migrationDatabaseUrl } = config;
  const migrate = () => withMigrator(databaseUrl, config, logger, (migrator) => migrator.up());
  const look = () =>
    withDatabase(databaseUrl, config, async (select) => {
      const pending = await pendingIn(select);
      if (pending.length === 0 && config.env === 'production') await warnOfPower(select, logger);
      return pending;
    });
  // The owner of the tables has something to do in any case: to give the role of the server what it needs.
  const isOwnersTask = migrationDatabaseUrl !== undefined;
  if (migrateOnStart && isOwnersTask) await migrate();
  let pending = await look();
  if (pending.length > 0 && migrateOnStart && !isOwnersTask) {
    await migrate();
    pending = await look();
  }
  if (pending.length > 0) throw new MigrationsPendingError(pending);
}

/** The migrations of this version that a database has not. */
async function pendingIn(select: Select): Promise<string[]> {
  const status = await MigrationStatus.of(select);
  return status.pendingMigrations().catch((error: unknown) => {
    if (sqlState(error) === undefinedTable) return ['all of them'];
    throw error;
  });
}

/** For an answer at start, which no request waits for, of a database that may just have begun itself; in milliseconds. */
const startPatienceMs = 10_000;

/** Runs some work as the role of the server, on a connection of its own and without Sequelize. */
async function withDatabase<T>(
  databaseUrl: string,
  { database }: Pick<Config, 'database'>,
  work: (select: Select) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'smart-audit-api start',
    connectionTimeoutMillis: database.connectTimeoutMs,
    query_timeout: startPatienceMs,
  });
  // Whoever asks something on it is told.
  client.on('error', () => undefined);
  try {
    await reach(databaseUrl, 'DATABASE_URL', client.connect());
    return await work(async <Row extends object>(sql: string) => {
      const answer = client.query<Row>(sql).catch((error: unknown) => {
        throw error instanceof pg.DatabaseError
          ? error
          : new DatabaseUnreachableError(databaseUrl, 'DATABASE_URL', error);
      });
      return (await answer).rows;
    });
  } catch (error) {
    throw meaningOf(error, 'DATABASE_URL');
  } finally {
    await client.end();
  }
}

async function reach(databaseUrl: string, setting: UrlSetting, connecting: Promise<unknown>): Promise<void> {
  await connecting.catch((error: unknown) => {
    throw isRefused(error) ? error : new DatabaseUnreachableError(databaseUrl, setting, error);
  });
}

/** What an error of work at start tells a person, where it does not yet. */
function meaningOf(error: unknown, setting: UrlSetting): unknown {
  return isRefused(error) && !(error instanceof StartError) ? new PrivilegesMissingError(setting, error) : error;
}

function isRefused(error: unknown): boolean {
  return sqlState(error) === insufficientPrivilege;
}
