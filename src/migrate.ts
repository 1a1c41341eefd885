import { readConfig } from './config/config.js';
import { createLogger } from './observability/logger.js';
import { StartError } from './startError.js';
import { openDatabase, withMigrator } from './db/database.js';
import type { Migrator } from './db/migrator.js';

const commands: Record<string, (migrator: Migrator) => Promise<string>> = {
  up: async (migrator) => list('Applied', await migrator.up()),
  down: async (migrator) => list('Reverted', await migrator.down()),
  status: async (migrator) => {
    const { applied, pending } = await migrator.status();
    return `${list('Applied', applied)}\n${list('Pending', pending)}`;
  },
};

function list(title: string, names: readonly string[]): string {
  return [`${title}: ${names.length || 'none'}`, ...names.map((name) => `  ${name}`)].join('\n');
}

const usage = `Usage: up | down | status

  up       applies the pending migrations; npm start does so by itself, unless MIGRATE_ON_START is false
  down     reverts the last migration
  status   lists the migrations that are applied and those that are pending

Examples:
  npm run migrate:status
  npm run migrate:up
  node dist/migrate.js up    in the image`;

async function main(): Promise<void> {
  const words = process.argv.slice(2);
  if (words.includes('--help') || words.includes('-h')) return console.log(usage);
  const [name = '', ...others] = words;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command || others.length > 0) throw new StartError(usage);
  const config = readConfig();
  const logger = createLogger({ ...config, logLevel: 'warning' });
  const database = await openDatabase(config);
  try {
    console.log(await withMigrator(database.url, config, logger, command));
  } finally {
    await database.close();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof StartError ? error.message : error);
  process.exitCode = 1;
});
