import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** The table that Umzug and sequelize-cli keep the names of applied migrations in. */
export const journal = 'SequelizeMeta';

export const migrationFolder = fileURLToPath(new URL('./migrations/', import.meta.url));

/** The names of all migrations of this version, in their order. */
export async function migrationFiles(): Promise<string[]> {
  const files = await readdir(migrationFolder);
  return files.filter((file) => file.endsWith('.cjs')).sort();
}

/** Runs a statement that needs no values, and returns its rows. */
export type Select = <Row extends object>(sql: string) => Promise<Row[]>;

/** Tells, with one query, which migrations of this version a database has not. */
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
