import { createRequire } from 'node:module';
import { Sequelize, type QueryInterface, type Transaction } from 'sequelize';
import { SequelizeStorage, Umzug } from 'umzug';
import type { Logger } from '../observability/logger.js';
import { journal, migrationFiles, migrationFolder } from './migrationStatus.js';
import type { RuntimeRole } from './runtimeRole.js';

/** Any number, as long as every instance uses the same: the key of the advisory lock. */
const lockKey = 7_305_201_126;

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
  private readonly storage: SequelizeStorage;
  private readonly umzug: Umzug<QueryInterface>;

  /**
   * @param sequelize a pool of at least two connections: see connectForMigrations
   * @param runtimeRole who works with the tables, where that is not who makes them
   */
  constructor(
    private readonly sequelize: Sequelize,
    logger: Logger,
    private readonly runtimeRole?: RuntimeRole,
  ) {
    this.storage = new SequelizeStorage({ sequelize, tableName: journal });
    this.umzug = new Umzug({
      context: sequelize.getQueryInterface(),
      storage: this.storage,
      migrations: {
        glob: ['*.cjs', { cwd: migrationFolder }],
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

  /** Applies what is not applied yet, gives the runtime role what it needs, and returns the names of what was applied. */
  async up(): Promise<string[]> {
    return this.locked(async (transaction) => {
      const applied = names(await this.umzug.up());
      // A newer version that has migrated already knows better what its instances need, and ours need no more than that.
      if (await this.isNewest()) await this.runtimeRole?.grant(this.sequelize, transaction);
      return applied;
    });
  }

  /** Reverts the last migration, or all of them, and returns the names of what was reverted. */
  async down(all = false): Promise<string[]> {
    return this.locked(async () => names(await this.umzug.down(all ? { to: 0 } : {})));
  }

  async status(): Promise<{ applied: string[]; pending: string[] }> {
    return { applied: names(await this.umzug.executed()), pending: names(await this.umzug.pending()) };
  }

  /** False where the database has migrations that this version does not know. */
  private async isNewest(): Promise<boolean> {
    const known = new Set(await migrationFiles());
    return (await this.storage.executed()).every((name) => known.has(name));
  }

  private async locked<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.sequelize.transaction(async (transaction) => {
      await this.sequelize.query('SELECT pg_advisory_xact_lock($1)', { bind: [lockKey], transaction });
      return work(transaction);
    });
  }
}

function names(migrations: readonly { name: string }[]): string[] {
  return migrations.map(({ name }) => name);
}
