import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { QueryInterface, Sequelize, Transaction } from 'sequelize';
import { SequelizeStorage, Umzug } from 'umzug';
import type { Logger } from '../observability/logger.js';
import { StartError } from '../startError.js';
import { journal, migrationFiles, migrationFolder } from './migrationStatus.js';
import { storeSessionDefaults } from './roleDefaults.js';
import { grantPrivileges } from './runtimeRole.js';

/** Key of the advisory lock: an arbitrary number that all instances share. */
const lockKey = 7_305_201_126;

const require = createRequire(import.meta.url);

interface Migration {
  /** Why it cannot be applied; undefined if it can. Asked before any pending migration is applied. */
  reasonToStop?(queryInterface: QueryInterface): Promise<string | undefined>;
  up(queryInterface: QueryInterface): Promise<void>;
  down(queryInterface: QueryInterface): Promise<void>;
}

function load(path: string): Migration {
  return require(path) as Migration;
}

/** Applies and reverts migrations. An advisory lock lets one instance migrate at a time. */
export class Migrator {
  private readonly storage: SequelizeStorage;
  private readonly umzug: Umzug<QueryInterface>;

  /**
   * @param sequelize from `connectForMigrations`
   * @param runtimeRole name of the server's role, where another role owns the tables
   */
  constructor(
    private readonly sequelize: Sequelize,
    private readonly logger: Logger,
    private readonly runtimeRole?: string,
  ) {
    this.storage = new SequelizeStorage({ sequelize, tableName: journal });
    this.umzug = new Umzug({
      context: sequelize.getQueryInterface(),
      storage: this.storage,
      migrations: {
        glob: ['*.cjs', { cwd: migrationFolder }],
        resolve: ({ name, path, context }) => {
          const migration = load(path ?? name);
          return { name, up: () => migration.up(context), down: () => migration.down(context) };
        },
      },
      logger: undefined,
    });
    for (const event of ['migrated', 'reverted'] as const) {
      this.umzug.on(event, ({ name }) => logger.info({ migration: name }, `Migration ${event}`));
    }
  }

  /**
   * Applies pending migrations, gives the runtime role its privileges and session defaults, and returns the names of those
   * applied.
   * @throws StartError, before it changes anything, if a migration says that it cannot be applied
   */
  async up(): Promise<string[]> {
    return this.locked(async (transaction) => {
      await this.assertApplicable();
      const applied = names(await this.umzug.up());
      // A newer version has already granted what both versions need.
      if (await this.isNewest()) await this.prepareRole(transaction);
      return applied;
    });
  }

  /** Reverts the last migration, or all of them, and returns their names. */
  async down(all = false): Promise<string[]> {
    return this.locked(async () => names(await this.umzug.down(all ? { to: 0 } : {})));
  }

  async status(): Promise<{ applied: string[]; pending: string[] }> {
    return { applied: names(await this.umzug.executed()), pending: names(await this.umzug.pending()) };
  }

  private async assertApplicable(): Promise<void> {
    for (const { name } of await this.umzug.pending()) {
      const reason = await load(join(migrationFolder, name)).reasonToStop?.(this.sequelize.getQueryInterface());
      if (reason !== undefined) throw new StartError(reason);
    }
  }

  private async prepareRole(transaction: Transaction): Promise<void> {
    const { sequelize, runtimeRole } = this;
    if (runtimeRole !== undefined) await grantPrivileges(sequelize, runtimeRole, transaction);
    if (await storeSessionDefaults(sequelize, runtimeRole, transaction)) return;
    this.logger.info(
      { role: runtimeRole },
      "This role may not set the session defaults of DATABASE_URL's role. Only PgBouncer needs them: see docs/operations.md",
    );
  }

  private async isNewest(): Promise<boolean> {
    return (await this.storage.executed()).every((name) => migrationFiles.includes(name));
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
