import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { readDescription } from './api/openapi/description.js';
import { ActionTokens } from './security/actionTokens.js';
import { readConfig, type Config } from './config/config.js';
import { createLogger, type Logger } from './observability/logger.js';
import { Metrics } from './observability/metrics.js';
import { HashingPool } from './security/hashing/hashingPool.js';
import { PasswordHasher } from './security/hashing/passwordHasher.js';
import { SigningKeys } from './security/signingKeys.js';
import { StartError } from './startError.js';
import { connect } from './db/connection.js';
import { noTracing } from './observability/tracing/tracing.js';
import { openDatabase, prepareSchema } from './db/database.js';
import { createJobQueue } from './db/jobQueue.js';
import { keptSecret } from './db/keptSecret.js';
import { JobRunner } from './jobs/jobRunner.js';
import type { Closers } from './bootstrap/lifecycle.js';
import { openSharedState } from './bootstrap/openSharedState.js';
import { Store } from './repositories/store.js';
import { createAdmin } from './services/createAdmin.js';
import { importUsers } from './services/importUsers.js';

interface Tools {
  config: Config;
  store: Store;
  secret: string;
}

type Command = (argument: string, tools: Tools) => Promise<number>;

/** Each returns its exit code. */
const commands: Readonly<Record<string, Command>> = {
  'create-admin': async (email, { config, store, secret }) => {
    const { EmailAddress: schema } = (await readDescription()).components?.schemas ?? {};
    const { pattern } = schema as { pattern: string };
    if (!new RegExp(pattern, 'u').test(email)) throw new StartError(`${email} is not an email address.`);
    const hashing = new HashingPool({ ...config.hashing, threads: 1 });
    const passwords = new PasswordHasher(config.hashing.cost, hashing);
    const tokens = new ActionTokens(new SigningKeys(secret));
    const token = await createAdmin(email, { store, passwords, tokens }).finally(() => hashing.close());
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
    const lines = createInterface({ input: createReadStream(file), crlfDelay: Infinity });
    let [imported, refused] = [0, 0];
    for await (const batch of importUsers(store, lines, rules)) {
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
  const sequelize = connect(database.url, config.database);
  closers.push(() => sequelize.close());
  const metrics = new Metrics();
  // Caches nothing, but writes tombstones for the servers that do.
  const uncached = { ...config, sessionCacheMs: 0 };
  const { sessionCache } = await openSharedState({ config: uncached, logger, metrics, tracing: noTracing }, closers);
  // Only sends jobs: the server runs them.
  const queue = new JobRunner(createJobQueue(database.url, config.database), logger, metrics);
  const secret = config.secretKey ?? (await keptSecret(database.folder ?? config.dataFolder, 'secret-key'));
  return { config, store: Store.on(sequelize, queue, sessionCache), secret };
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
