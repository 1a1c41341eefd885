import type { Config } from '../core/config.js';
import type { Logger } from '../core/logger.js';
import { StartError } from '../core/startError.js';
import { connectForMigrations } from './connection.js';
import { EmbeddedPostgres } from './embedded/embeddedPostgres.js';
import { Migrator } from './migrator.js';

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
  constructor(databaseUrl: string, cause: unknown) {
    const { host, pathname } = new URL(databaseUrl);
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`The database ${host}${pathname} does not answer (${reason}). Start it, or correct DATABASE_URL.`, cause);
  }
}

/** @throws EmbeddedPostgresError that says what to do */
export async function openDatabase(config: Pick<Config, 'databaseUrl' | 'dataFolder'>): Promise<Database> {
  if (config.databaseUrl) return { url: config.databaseUrl, folder: undefined, close: async () => undefined };
  const embedded = await EmbeddedPostgres.start(config.dataFolder);
  return { url: embedded.url, folder: embedded.folder, close: () => embedded.stop() };
}

/**
 * Runs some work with the migrations of a database, on connections of its own.
 * @throws DatabaseUnreachableError
 */
export async function withMigrator<T>(
  databaseUrl: string,
  config: Config['database'],
  logger: Logger,
  work: (migrator: Migrator) => Promise<T>,
): Promise<T> {
  const sequelize = connectForMigrations(databaseUrl, config);
  try {
    await sequelize.authenticate().catch((error: unknown) => {
      throw new DatabaseUnreachableError(databaseUrl, error);
    });
    return await work(new Migrator(sequelize, logger));
  } finally {
    await sequelize.close();
  }
}
