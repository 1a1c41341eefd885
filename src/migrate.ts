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

async function main(): Promise<void> {
  const command = commands[process.argv[2] ?? ''];
  if (!command) throw new StartError(`Usage: ${Object.keys(commands).join(' | ')}`);
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
