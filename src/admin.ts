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

type Command = (argument: string, tools: Tools) => Promise<number>;

/** Each returns its exit code. */
const commands: Readonly<Record<string, Command>> = {
  'create-admin': async (email, { config, store, hasher, actionTokens }) => {
    const { EmailAddress: schema } = (await readDescription()).components?.schemas ?? {};
    const { pattern } = schema as { pattern: string };
    const isAddress = new RegExp(pattern, 'u').test(email) && isDeliverable(email);
    if (!isAddress) throw new StartError(`${email} is not an email address.`);
    const token = await createAdmin(email, { store, passwords: hasher, tokens: actionTokens });
    if (token === undefined) console.log(`${email} is an administrator now.`);
    else {
      console.log(`${email} is an administrator now. Choose a password within a day:`);
      console.log(`${config.mail.frontendUrl}/reset-password#token=${token}`);
      console.log(`or: POST /auth/reset-password {"token": "${token}", "password": "..."}`);
    }
    return 0;
  },

  'import-users': async (file, { config, store }) => {
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

const usage = 'Usage: create-admin EMAIL | import-users FILE.ndjson';

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

/** Exit codes: 0 for success, 1 for a failure, 2 when some lines were refused. */
async function main(): Promise<void> {
  const [name = '', argument, ...others] = process.argv.slice(2);
  const command = commands[name];
  if (!command || !argument || others.length > 0) throw new StartError(usage);
  const config = readConfig();
  const logger = createLogger({ ...config, logLevel: 'warning' });
  const closers: Closers = [];
  try {
    process.exitCode = await command(argument, await openTools(config, logger, closers));
  } finally {
    for (const closer of closers.reverse()) await closer();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof StartError ? error.message : error);
  process.exitCode = 1;
});
