import pg from 'pg';
import { ConnectionError, DatabaseError, type Sequelize } from 'sequelize';
import type { Config } from '../config/config.js';
import { describeDatabase, parseDatabaseUrl } from '../config/databaseUrl.js';
import type { Logger } from '../observability/logger.js';
import { StartError } from '../startError.js';
import { connectForMigrations } from './connection.js';
import { EmbeddedPostgres } from './embedded/embeddedPostgres.js';
import { pendingMigrations } from './migrationStatus.js';
import { Migrator } from './migrator.js';
import { Primary } from './primary.js';
import { warnOfPower } from './rolePower.js';
import { roleOf } from './runtimeRole.js';
import { readOnly } from './readOnlyServer.js';

/** The PostgreSQL of DATABASE_URL, or the embedded one. */
export interface Database {
  url: string;
  folder: string | undefined;
  /** Stops the embedded server. */
  close(): Promise<void>;
}

export class DatabaseUnreachableError extends StartError {
  constructor(databaseUrl: string, setting: UrlSetting, cause: unknown) {
    const name = describeDatabase(parseDatabaseUrl(databaseUrl));
    const problem = codeOf(cause) === readOnly ? 'takes no writes' : 'does not answer';
    super(`The database ${name} ${problem} (${(cause as Error).message}). ${remedyFor(cause, setting)}`, cause);
  }
}

/** Codes of Node for a certificate of a server that it does not trust, or that is for another name. */
const certificateRefused = /CERT|^UNABLE_TO_/;

function remedyFor(error: unknown, setting: UrlSetting): string {
  const code = codeOf(error) ?? '';
  if (code === readOnly) return `${setting} must lead to a server that takes writes.`;
  if (!certificateRefused.test(code)) return `Start it, or correct ${setting}.`;
  return `Add sslrootcert=FILE to ${setting}: the certificate of the server or of its authority, for this host name.`;
}

/** What to do when the role of a setting lacks privileges. */
const remedies = {
  DATABASE_URL:
    'Set MIGRATION_DATABASE_URL to the role that owns the tables: it migrates and grants this role its privileges.',
  MIGRATION_DATABASE_URL: 'It must be the role that owns the tables, and the owner of the database.',
};

type UrlSetting = keyof typeof remedies;

/** SQLSTATEs (PostgreSQL, appendix A). */
const insufficientPrivilege = '42501';
const undefinedTable = '42P01';
/** Instead of the names of the migrations. */
const allPending = 'all of them';

/** A database may answer slowly right after its own start. */
const startQueryTimeoutMs = 10_000;

/** The code of a database error, or of Node. Sequelize and Umzug wrap them. */
function codeOf(error: unknown): string | undefined {
  const { original, cause, code } = error as { original?: unknown; cause?: unknown; code?: string };
  const wrapped = original ?? cause;
  return wrapped ? codeOf(wrapped) : code;
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
  const setting = ownerUrl === undefined ? 'DATABASE_URL' : 'MIGRATION_DATABASE_URL';
  const role = ownerUrl === undefined ? undefined : roleOf(databaseUrl);
  return withConnections(setting, ownerUrl ?? databaseUrl, config, (sequelize) =>
    work(new Migrator(sequelize, logger, role)),
  );
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
  const check = async (sequelize: Sequelize): Promise<string[]> => {
    const pending = await pendingIn(sequelize);
    if (pending.length === 0 && config.env === 'production') await warnOfPower(sequelize, logger);
    return pending;
  };
  const findPending = () => withConnections('DATABASE_URL', databaseUrl, config, check, startQueryTimeoutMs);
  // The owner also grants privileges, so it runs even when nothing is pending.
  const hasOwner = migrationDatabaseUrl !== undefined;
  if (migrateOnStart && hasOwner) await migrate();
  let pending = await findPending();
  if (pending.length > 0 && migrateOnStart && !hasOwner) {
    await migrate();
    pending = await findPending();
  }
  if (pending.length > 0) {
    throw new StartError(
      `The database lacks migrations of this version: ${pending.join(', ')}. Apply them: node dist/migrate.js up. ` +
        'Or set MIGRATE_ON_START=true.',
    );
  }
}

/**
 * Checks that the database answers and has tables, of whatever version.
 * @throws StartError
 */
export async function assertHasTables(databaseUrl: string, config: Pick<Config, 'database'>): Promise<void> {
  const pending = await withConnections('DATABASE_URL', databaseUrl, config, pendingIn, startQueryTimeoutMs);
  if (pending.includes(allPending)) throw new StartError('The database has no tables yet, and so no accounts.');
}

async function pendingIn(sequelize: Sequelize): Promise<string[]> {
  return pendingMigrations(sequelize).catch((error: unknown) => {
    if (codeOf(error) === undefinedTable) return [allPending];
    throw error;
  });
}

/** Runs `work` on connections of its own to the database of a setting. */
async function withConnections<T>(
  setting: UrlSetting,
  url: string,
  { database }: Pick<Config, 'database'>,
  work: (sequelize: Sequelize) => Promise<T>,
  queryTimeoutMs?: number,
): Promise<T> {
  const sequelize = connectForMigrations(new Primary(url), database, queryTimeoutMs);
  let isReached = false;
  try {
    await sequelize.authenticate();
    isReached = true;
    return await work(sequelize);
  } catch (error) {
    if (codeOf(error) === insufficientPrivilege) {
      const message = `${setting}: its role may not do what is needed (${(error as Error).message}). ${remedies[setting]}`;
      throw new StartError(message, error);
    }
    const isLost =
      error instanceof ConnectionError ||
      (error instanceof DatabaseError && !(error.original instanceof pg.DatabaseError));
    throw isReached && !isLost ? error : new DatabaseUnreachableError(url, setting, error);
  } finally {
    await sequelize.close();
  }
}
