import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { QueryInterface, Sequelize } from 'sequelize';
import { journal, migrationFiles, migrationFolder } from '../../src/db/migrationStatus.js';

/** The last migration of version 1.0.0. */
export const lastOfVersion1 = '20261123140000-add-roles.cjs';

export interface MigrationFile {
  up: (queries: QueryInterface) => Promise<void>;
  down: (queries: QueryInterface) => Promise<void>;
}

export function loadMigration(name: string): MigrationFile {
  return createRequire(import.meta.url)(join(migrationFolder, name)) as MigrationFile;
}

/** Applies the migrations up to one of them to an empty database, as the version did that had no more. */
export async function migrateTo(last: string, sequelize: Sequelize): Promise<void> {
  await sequelize.query(`CREATE TABLE "${journal}" (name varchar(255) PRIMARY KEY)`);
  for (const name of migrationFiles.filter((file) => file <= last)) {
    await loadMigration(name).up(sequelize.getQueryInterface());
    await sequelize.query(`INSERT INTO "${journal}" VALUES ($1)`, { bind: [name] });
  }
}
