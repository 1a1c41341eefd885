import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { QueryTypes, type Sequelize } from 'sequelize';
import { DatabaseReadOnlyError } from '../errors.js';
import { isReadOnlySql } from './readOnlyServer.js';

/** The table of applied migrations, named as by sequelize-cli. */
export const journal = 'SequelizeMeta';

export const migrationFolder = fileURLToPath(new URL('./migrations/', import.meta.url));

/** The names of all migrations of this version, in order. */
export const migrationFiles: readonly string[] = readdirSync(migrationFolder)
  .filter((file) => file.endsWith('.cjs'))
  .sort();

/** The names of the migrations that a database lacks. Rejects if it has none at all, or is unavailable. */
export async function pendingMigrations(sequelize: Sequelize): Promise<string[]> {
  const rows = await sequelize.query<{ name: string }>(`SELECT name FROM "${journal}"`, { type: QueryTypes.SELECT });
  const applied = new Set(rows.map(({ name }) => name));
  return migrationFiles.filter((name) => !applied.has(name));
}

/**
 * The same for a server, which also needs writes.
 * @throws DatabaseReadOnlyError
 */
export async function pendingOnPrimary(sequelize: Sequelize): Promise<string[]> {
  const [row] = await sequelize.query<{ is_read_only: boolean }>(`SELECT ${isReadOnlySql} AS is_read_only`, {
    type: QueryTypes.SELECT,
  });
  if (row?.is_read_only !== false) throw new DatabaseReadOnlyError();
  return pendingMigrations(sequelize);
}
