import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** The table of applied migrations, named as by sequelize-cli. */
export const journal = 'SequelizeMeta';

export const migrationFolder = fileURLToPath(new URL('./migrations/', import.meta.url));

/** The names of all migrations of this version, in order. */
export async function migrationFiles(): Promise<string[]> {
  const files = await readdir(migrationFolder);
  return files.filter((file) => file.endsWith('.cjs')).sort();
}

/** Runs a query and returns its rows. */
export type Select = <Row extends object>(sql: string) => Promise<Row[]>;

/** Finds the pending migrations of a database with one query. */
export class MigrationStatus {
  private constructor(
    private readonly select: Select,
    private readonly known: readonly string[],
  ) {}

  static async of(select: Select): Promise<MigrationStatus> {
    return new MigrationStatus(select, await migrationFiles());
  }

  async pendingMigrations(): Promise<string[]> {
    const rows = await this.select<{ name: string }>(`SELECT name FROM "${journal}"`);
    const applied = new Set(rows.map(({ name }) => name));
    return this.known.filter((name) => !applied.has(name));
  }
}
