import { parseArgs } from 'node:util';
import { readDescription } from './api/openapi/description.js';
import { isDeliverable } from './domain/textFormats.js';
import type { ActionTokens } from './security/actionTokens.js';
import { readConfig, type Config } from './config/config.js';
import { readTextLines } from './config/textFile.js';
import { createLogger, type Logger } from './observability/logger.js';
import { Metrics } from './observability/metrics.js';
import type { PasswordHasher } from './security/hashing/passwordHasher.js';
import { StartError } from './startError.js';
import { openDatabase, prepareSchema } from './db/database.js';
import { wire } from './bootstrap/compositionRoot.js';
import type { Closers } from './bootstrap/lifecycle.js';
import { openDependencies } from './bootstrap/openDependencies.js';
import type { Store } from './repositories/store.js';
import { createAdmin } from './services/createAdmin.js';
import { importUsers } from './services/importUsers.js';

interface Tools {
  config: Config;
  store: Store;
  hasher: PasswordHasher;
  actionTokens: ActionTokens;
}

interface Command {
  /** How to call it, with examples. */
  help: string;
  /** Whether it takes --verified. */
  takesVerified: boolean;
  /** @returns its exit code */
  run: (argument: string, tools: Tools, isVerified: boolean) => Promise<number>;
}

const createAdminCommand: Command = {
  help: `Usage: create-admin EMAIL [--verified]

Gives the account with this address the role admin, or creates an account, whose owner chooses a password by the link that is
printed. If an account's address is not confirmed, it may be a stranger's: then it keeps its name, but its password, sessions
and links stop working, and a link to choose a password is printed.

  --verified   You know that the account belongs to the owner of the address: it counts as confirmed, and the account keeps
               its password and sessions.

Examples:
  npm run admin -- create-admin ada@example.com
  npm run admin -- create-admin ada@example.com --verified
  node dist/admin.js create-admin ada@example.com             in the image`,
  takesVerified: true,
  run: async (email, { config, store, hasher, actionTokens }, isVerified) => {
    const { EmailAddress: schema } = (await readDescription()).components?.schemas ?? {};
    const { pattern } = schema as { pattern: string };
    const isAddress = new RegExp(pattern, 'u').test(email) && isDeliverable(email);
    if (!isAddress) throw new StartError(`${email} is not an email address.`);
    const admin = await createAdmin(email, isVerified, { store, passwords: hasher, tokens: actionTokens });
    console.log(`${email} is an administrator now.`);
    if (admin.outcome === 'promoted') return 0;
    if (admin.outcome === 'voided') console.log(whatWasVoided(admin.sessions));
    console.log('Choose a password within a day:');
    console.log(`${config.mail.frontendUrl}/reset-password#token=${admin.token}`);
    console.log(`or: POST /auth/reset-password {"token": "${admin.token}", "password": "..."}`);
    return 0;
  },
};

const importUsersCommand: Command = {
  help: `Usage: import-users FILE.ndjson

Imports accounts of another system. Each line of the file is one JSON object with email, first_name, last_name, password_hash
(bcrypt), and optionally is_active and email_verified. Lines that are refused are listed, with the reason, and the exit code
is then 2. The import can be repeated: it leaves accounts that exist as they are.

Examples:
  npm run admin -- import-users users.ndjson
  node dist/admin.js import-users users.ndjson                in the image

A line of the file:
  {"email": "ada@example.com", "first_name": "Ada", "last_name": "Lovelace", "password_hash": "$2b$12$...", "email_verified": true}`,
  takesVerified: false,
  run: async (file, { config, store }) => {
    const { components } = await readDescription();
    const { EmailAddress: email, PersonName: name } = components?.schemas ?? {};
    if (!email || !name) throw new Error('The description has no schema of an email address or of a name.');
    const rules = { schemas: { email, first_name: name, last_name: name }, highestCost: config.hashing.cost };
    let [imported, refused] = [0, 0];
    for await (const batch of importUsers(store, readTextLines(file), rules)) {
      for (const { line, reason } of batch.refused) console.log(`line ${line}: ${reason}`);
      imported += batch.imported;
      refused += batch.refused.length;
      console.error(`... ${imported} imported, ${refused} refused`);
    }
    console.log(`${imported} imported, ${refused} refused`);
    return refused === 0 ? 0 : 2;
  },
};

const commands: ReadonlyMap<string, Command> = new Map([
  ['create-admin', createAdminCommand],
  ['import-users', importUsersCommand],
]);

const usage = `Usage: create-admin EMAIL [--verified] | import-users FILE.ndjson

Examples:
  npm run admin -- create-admin ada@example.com
  npm run admin -- import-users users.ndjson
  npm run admin -- create-admin --help                        explains a command`;

function whatWasVoided(sessions: number): string {
  return `Nobody has confirmed this address yet, so the account may be a stranger's. It keeps its name, but its password and its links no
longer work, and its sessions have ended (${sessions}). If you know that an account belongs to the owner of its address, use --verified:
it then keeps them.`;
}

async function openTools(config: Config, logger: Logger, closers: Closers): Promise<Tools> {
  const database = await openDatabase(config);
  closers.push(() => database.close());
  await prepareSchema(database.url, config, logger);
  const { url: databaseUrl, folder } = database;
  // Caches nothing, but writes tombstones for the servers that do. Jobs are only sent: the server runs them.
  const own = { sessionCacheMs: 0, hashing: { ...config.hashing, threads: 1 } };
  const settings = { ...config, ...own, databaseUrl, dataFolder: folder ?? config.dataFolder };
  const dependencies = await openDependencies(settings, logger, new Metrics(), closers);
  const { store, actionTokens } = await wire(dependencies);
  return { config, store, hasher: dependencies.hasher, actionTokens };
}

interface Words {
  name: string;
  argument: string;
  others: string[];
  isVerified: boolean;
  isHelp: boolean;
}

/** What to do with these words: run a command, or print a help text. */
function parse(args: string[]): { help: string } | ({ command: Command } & Words) {
  const words = readWords(args);
  const command = commands.get(words.name);
  const help = command?.help ?? usage;
  if (words.isHelp) return { help };
  if (!command || !takes(command, words)) throw new StartError(help);
  return { command, ...words };
}

function takes({ takesVerified }: Command, { argument, others, isVerified }: Words): boolean {
  return argument !== '' && others.length === 0 && (takesVerified || !isVerified);
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
  const { command, argument, isVerified } = parsed;
  const config = readConfig();
  const logger = createLogger({ ...config, logLevel: 'warning' });
  const closers: Closers = [];
  try {
    process.exitCode = await command.run(argument, await openTools(config, logger, closers), isVerified);
  } finally {
    for (const closer of closers.reverse()) await closer();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof StartError ? error.message : error);
  process.exitCode = 1;
});
