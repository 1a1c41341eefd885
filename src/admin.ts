import { parseArgs } from 'node:util';
import { wire } from './bootstrap/compositionRoot.js';
import type { Closers } from './bootstrap/lifecycle.js';
import { openDependencies } from './bootstrap/openDependencies.js';
import type { Command, Tools, Words } from './commands/command.js';
import { createAdminCommand } from './commands/createAdminCommand.js';
import { importUsersCommand } from './commands/importUsersCommand.js';
import { resolveAddressesCommand } from './commands/resolveAddressesCommand.js';
import { readConfig, type Config } from './config/config.js';
import { assertHasTables, openDatabase, prepareSchema, type Database } from './db/database.js';
import { createLogger, type Logger } from './observability/logger.js';
import { Metrics } from './observability/metrics.js';
import { StartError } from './startError.js';

const commands: ReadonlyMap<string, Command> = new Map([
  ['create-admin', createAdminCommand],
  ['import-users', importUsersCommand],
  ['resolve-addresses', resolveAddressesCommand],
]);

const usage = `Usage: create-admin EMAIL [--verified] | import-users FILE.ndjson | resolve-addresses [remove ID | rename ID EMAIL]

Examples:
  npm run admin -- create-admin ada@example.com
  npm run admin -- import-users users.ndjson
  npm run admin -- resolve-addresses
  npm run admin -- create-admin --help                        explains a command`;

/** @returns the URL of the database whose tables the command can use */
async function prepareTables(command: Command, { url }: Database, config: Config, logger: Logger): Promise<string> {
  if (command.takesOldTables) {
    // The owner's, if there is one: an upgrade that was interrupted may not have granted the server's role its privileges.
    const ownerUrl = config.migrationDatabaseUrl ?? url;
    await assertHasTables(ownerUrl, config);
    return ownerUrl;
  }
  await prepareSchema(url, config, logger);
  return url;
}

async function openTools(command: Command, config: Config, logger: Logger, closers: Closers): Promise<Tools> {
  const database = await openDatabase(config);
  closers.push(() => database.close());
  const databaseUrl = await prepareTables(command, database, config, logger);
  const { folder } = database;
  // Caches nothing, but writes tombstones for the servers that do. Jobs are only sent: the server runs them.
  const own = { sessionCacheMs: 0, hashing: { ...config.hashing, threads: 1 } };
  const settings = { ...config, ...own, databaseUrl, dataFolder: folder ?? config.dataFolder };
  const dependencies = await openDependencies(settings, logger, new Metrics(), closers);
  const { store, actionTokens, guard } = await wire(dependencies);
  return { config, store, hasher: dependencies.hasher, actionTokens, guard };
}

/** What to do with these words: run a command, or print a help text. */
function parse(args: string[]): { help: string } | { command: Command; words: Words } {
  const words = readWords(args);
  const command = commands.get(words.name);
  const help = command?.help ?? usage;
  if (words.isHelp) return { help };
  if (!command || !isTaken(command, words)) throw new StartError(help);
  return { command, words };
}

function isTaken({ takes, takesVerified = false }: Command, words: Words): boolean {
  return takes(words) && (takesVerified || !words.isVerified);
}

function readWords(args: string[]): Words {
  try {
    const options = { help: { type: 'boolean', short: 'h' }, verified: { type: 'boolean' } } as const;
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    const [name = '', argument = '', ...others] = positionals;
    return { name, argument, others, isHelp: values.help === true, isVerified: values.verified === true };
  } catch (error) {
    throw new StartError(`${(error as Error).message}\n\n${usage}`);
  }
}

/** Exit codes: 0 for success, 1 for a failure, 2 when some lines were refused. */
async function main(): Promise<void> {
  const parsed = parse(process.argv.slice(2));
  if ('help' in parsed) return console.log(parsed.help);
  const { command, words } = parsed;
  const config = readConfig();
  const logger = createLogger({ ...config, logLevel: 'warning' });
  const closers: Closers = [];
  try {
    process.exitCode = await command.run(words, await openTools(command, config, logger, closers));
  } finally {
    for (const closer of closers.reverse()) await closer();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof StartError ? error.message : error);
  process.exitCode = 1;
});
