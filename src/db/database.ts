import type { Sequelize } from 'sequelize';
import type { Config } from '../core/config.js';
import type { Logger } from '../core/logger.js';
import { StartError } from '../core/startError.js';
import { connectForMigrations } from './connection.js';
import { EmbeddedPostgres } from './embedded/embeddedPostgres.js';
import { MigrationStatus } from './migrationStatus.js';
import type { Migrator } from './migrator.js';
import { RuntimeRole, warnOfPower } from './runtimeRole.js';

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

/** Of an error of the database, or of that which made a migration fail. */
function sqlState(error: unknown): string | undefined {
  const { original, cause } = error as { original?: { code?: string }; cause?: unknown };
  return original?.code ?? (cause ? sqlState(cause) : undefined);
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
  // It brings a command line along: who has nothing to migrate starts without it.
  const { Migrator } = await import('./migrator.js');
  if (ownerUrl === undefined) {
    return atStart(databaseUrl, 'DATABASE_URL', config, (sequelize) => work(new Migrator(sequelize, logger)));
  }
  const role = RuntimeRole.of(databaseUrl);
  return atStart(ownerUrl, 'MIGRATION_DATABASE_URL', config, (sequelize) =>
    work(new Migrator(sequelize, logger, role)),
  );
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
  // The owner of the tables has something to do in any case: to give the role of the server what it needs.
  const isAsked = migrateOnStart && (migrationDatabaseUrl !== undefined || !(await isComplete(databaseUrl, config)));
  if (isAsked) await withMigrator(databaseUrl, config, logger, (migrator) => migrator.up());
  await atStart(databaseUrl, 'DATABASE_URL', config, async (sequelize) => {
    const pending = await pendingIn(sequelize);
    if (pending.length > 0) throw new MigrationsPendingError(pending);
    if (config.env === 'production') await warnOfPower(sequelize, logger);
  });
}

async function isComplete(databaseUrl: string, config: Pick<Config, 'database'>): Promise<boolean> {
  return (await atStart(databaseUrl, 'DATABASE_URL', config, pendingIn)).length === 0;
}

/** The migrations of this version that a database has not. */
async function pendingIn(sequelize: Sequelize): Promise<string[]> {
  const status = await MigrationStatus.of(sequelize);
  return status.pendingMigrations().catch((error: unknown) => {
    if (sqlState(error) === undefinedTable) return ['all of them'];
    throw error;
  });
}

/** Runs some work on connections of its own, without statement time-outs. */
async function atStart<T>(
  databaseUrl: string,
  setting: UrlSetting,
  config: Pick<Config, 'database'>,
  work: (sequelize: Sequelize) => Promise<T>,
): Promise<T> {
  const sequelize = connectForMigrations(databaseUrl, config.database);
  try {
    await sequelize.authenticate().catch((error: unknown) => {
      throw new DatabaseUnreachableError(databaseUrl, setting, error);
    });
    return await work(sequelize);
  } catch (error) {
    throw sqlState(error) === insufficientPrivilege ? new PrivilegesMissingError(setting, error) : error;
  } finally {
    await sequelize.close();
  }
}
