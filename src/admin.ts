import { parseArgs } from 'node:util';
import { Ajv } from 'ajv';
import { readDescription } from './api/openapi/description.js';
import { normalizeEmail } from './domain/emailAddress.js';
import { textFormats } from './domain/textFormats.js';
import type { ActionTokens } from './security/actionTokens.js';
import { readConfig, type Config } from './config/config.js';
import { readTextLines } from './config/textFile.js';
import { createLogger, type Logger } from './observability/logger.js';
import { Metrics } from './observability/metrics.js';
import type { PasswordHasher } from './security/hashing/passwordHasher.js';
import { StartError } from './startError.js';
import { assertHasTables, openDatabase, prepareSchema, type Database } from './db/database.js';
import { wire } from './bootstrap/compositionRoot.js';
import type { Closers } from './bootstrap/lifecycle.js';
import { openDependencies } from './bootstrap/openDependencies.js';
import type { Store } from './repositories/store.js';
import { createAdmin } from './services/createAdmin.js';
import type { GuessGuard } from './services/guessGuard.js';
import { importUsers } from './services/importUsers.js';
import { listSharedAddresses, removeSharing, renameSharing, type SharedAddress } from './services/sharedAddresses.js';

interface Tools {
  config: Config;
  store: Store;
  hasher: PasswordHasher;
  actionTokens: ActionTokens;
  guard: GuessGuard;
}

interface Command {
  /** How to call it, with examples. */
  help: string;
  /** Whether it takes these words. */
  takes: (words: Words) => boolean;
  /** Whether it takes --verified. */
  takesVerified?: boolean;
  /** Whether it works on the tables of earlier versions, without migrating them. */
  takesOldTables?: boolean;
  /** @returns its exit code */
  run: (words: Words, tools: Tools) => Promise<number>;
}

interface Words {
  name: string;
  argument: string;
  others: string[];
  isVerified: boolean;
  isHelp: boolean;
}

const takesOne = ({ argument, others }: Words): boolean => argument !== '' && others.length === 0;

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
  takes: takesOne,
  takesVerified: true,
  run: async ({ argument: email, isVerified }, { config, store, hasher, actionTokens }) => {
    // Accounts of earlier versions may have addresses that no new account may have.
    const known = await store.users.findCredentialByEmail(normalizeEmail(email));
    if (!known) await assertEmailAddress(email);
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
  takes: takesOne,
  run: async ({ argument: file }, { config, store }) => {
    const { components } = await readDescription();
    const { EmailAddress: email, PersonName: name } = components?.schemas ?? {};
    if (!email || !name) throw new Error('The description has no schema of an email address or of a name.');
    const rules = { schemas: { email, first_name: name, last_name: name }, highestCost: config.hashing.cost };
    let [imported, refused] = [0, 0];
    for await (const batch of importUsers(store, linesOf(file), rules)) {
      for (const { line, reason } of batch.refused) console.log(`line ${line}: ${reason}`);
      imported += batch.imported;
      refused += batch.refused.length;
      console.error(`... ${imported} imported, ${refused} refused`);
    }
    console.log(`${imported} imported, ${refused} refused`);
    return refused === 0 ? 0 : 2;
  },
};

/** @throws StartError if the file cannot be read */
async function* linesOf(file: string): AsyncGenerator<string> {
  try {
    yield* readTextLines(file);
  } catch (error) {
    throw new StartError(`${file} cannot be read (${(error as Error).message}).`, error);
  }
}

/** Numbers of arguments, by action. */
const argumentsOf: ReadonlyMap<string, number> = new Map([
  ['', 0],
  ['remove', 1],
  ['rename', 2],
]);

const resolveAddressesCommand: Command = {
  help: `Usage: resolve-addresses [remove ID | rename ID EMAIL]

Lists the accounts that share an address. Earlier versions took one address for two when its domain was written in Unicode and
in ASCII, and no migration starts while there are such accounts. Remove or rename all but one account of each address. This
works before the migration, while the earlier version serves requests.

Sessions and the confirmation of the address help to find the account to keep. An account whose address is not confirmed may
be a stranger's.

  remove ID         Removes this account with its sessions and links. This cannot be undone.
  rename ID EMAIL   Gives this account another address, which counts as not confirmed. It keeps its password and sessions.

Examples:
  npm run admin -- resolve-addresses
  npm run admin -- resolve-addresses remove 0198c6a4-6f0e-7c3b-9d55-2f6f4f0c8a11
  npm run admin -- resolve-addresses rename 0198c6a4-6f0e-7c3b-9d55-2f6f4f0c8a11 bob@example.com
  node dist/admin.js resolve-addresses                        in the image`,
  takes: ({ argument: action, others }) => argumentsOf.get(action) === others.length,
  takesOldTables: true,
  run: async ({ argument: action, others: [id = '', email = ''] }, { store, guard }) => {
    if (action === 'remove') {
      await removeSharing(store, id, guard);
      console.log(`Removed ${id}.`);
    }
    if (action === 'rename') {
      await assertEmailAddress(email);
      await renameSharing(store, id, email);
      console.log(`${id} has the address ${email} now.`);
    }
    const shared = await listSharedAddresses(store);
    console.log(shared.map(describeShared).join('\n') || 'No accounts share an address. You can migrate now.');
    return 0;
  },
};

function describeShared({ email, accounts }: SharedAddress): string {
  const lines = accounts.map((account) => {
    const confirmed = account.emailVerifiedAt ? 'confirmed' : 'not confirmed';
    const details = [
      account.role,
      account.isActive ? 'active' : 'inactive',
      confirmed,
      `sessions: ${account.sessions}`,
    ];
    return `  ${account.id}  ${account.email}  created ${account.createdAt.toISOString()}, ${details.join(', ')}`;
  });
  return [email, ...lines].join('\n');
}

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

function whatWasVoided(sessions: number): string {
  return `Nobody has confirmed this address yet, so the account may be a stranger's. It keeps its name, but its password and its links no
longer work, and its sessions have ended (${sessions}). If you know that an account belongs to the owner of its address, use --verified:
it then keeps them.`;
}

/** @throws StartError for an address that the description does not allow */
async function assertEmailAddress(text: string): Promise<void> {
  const { EmailAddress: schema = false } = (await readDescription()).components?.schemas ?? {};
  const ajv = new Ajv({ strict: false, formats: textFormats });
  if (!ajv.validate(schema, text)) throw new StartError(`${text} is not an email address.`);
}

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
