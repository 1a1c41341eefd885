import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { QueryTypes, Sequelize, type QueryInterface } from 'sequelize';
import { SequelizeStorage, Umzug } from 'umzug';
import type { Logger } from '../core/logger.js';

/** Any number, as long as every instance uses the same: the key of the advisory lock. */
const lockKey = 7_305_201_126;

/** The table that Umzug and sequelize-cli keep the names of applied migrations in. */
const journal = 'SequelizeMeta';

const folder = fileURLToPath(new URL('./migrations/', import.meta.url));
const require = createRequire(import.meta.url);

interface Migration {
  up(queryInterface: QueryInterface, sequelize: typeof Sequelize): Promise<void>;
  down(queryInterface: QueryInterface, sequelize: typeof Sequelize): Promise<void>;
}

/**
 * Brings a database to this version's schema, and back. One instance migrates at a time: the others wait at an advisory
 * lock and then find the work done.
 */
export class Migrator {
  private readonly umzug: Umzug<QueryInterface>;

  /** @param sequelize a pool of at least two connections: see connectForMigrations */
  constructor(
    private readonly sequelize: Sequelize,
    logger: Logger,
  ) {
    this.umzug = new Umzug({
      context: sequelize.getQueryInterface(),
      storage: new SequelizeStorage({ sequelize, tableName: journal }),
      migrations: {
        glob: ['*.cjs', { cwd: folder }],
        resolve: ({ name, path, context }) => {
          const migration = require(path ?? name) as Migration;
          return {
            name,
            up: () => migration.up(context, Sequelize),
            down: () => migration.down(context, Sequelize),
          };
        },
      },
      logger: {
        info: ({ event, name }) => {
          if (event === 'migrated' || event === 'reverted') logger.info({ migration: name }, `Migration ${event}`);
        },
        warn: (message) => logger.warn(message),
        error: (message) => logger.error(message),
        debug: () => undefined,
      },
    });
  }

  /** Applies what is not applied yet, and returns the names of that. */
  async up(): Promise<string[]> {
    return this.locked(async () => names(await this.umzug.up()));
  }

  /** Reverts the last migration, or all of them, and returns the names of what was reverted. */
  async down(all = false): Promise<string[]> {
    return this.locked(async () => names(await this.umzug.down(all ? { to: 0 } : {})));
  }

  async status(): Promise<{ applied: string[]; pending: string[] }> {
    return { applied: names(await this.umzug.executed()), pending: names(await this.umzug.pending()) };
  }

  private async locked<T>(work: () => Promise<T>): Promise<T> {
    return this.sequelize.transaction(async (transaction) => {
      await this.sequelize.query('SELECT pg_advisory_xact_lock($1)', { bind: [lockKey], transaction });
      return work();
    });
  }
}

function names(migrations: readonly { name: string }[]): string[] {
  return migrations.map(({ name }) => name);
}

/** Tells, with one query, which migrations of this version a database has not. */
export class MigrationStatus {
  private constructor(
    private readonly sequelize: Sequelize,
    private readonly known: readonly string[],
  ) {}

  static async of(sequelize: Sequelize): Promise<MigrationStatus> {
    const files = await readdir(folder);
    return new MigrationStatus(
      sequelize,
      files.filter((file) => file.endsWith('.cjs')),
    );
  }

  async pendingMigrations(): Promise<string[]> {
    const rows = await this.sequelize.query<{ name: string }>(`SELECT name FROM "${journal}"`, {
      type: QueryTypes.SELECT,
    });
    const applied = new Set(rows.map(({ name }) => name));
    return this.known.filter((name) => !applied.has(name));
  }
}
