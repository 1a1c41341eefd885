import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { readDescription } from './api/description.js';
import { signingKey } from './core/accessToken.js';
import { ActionTokens } from './core/actionTokens.js';
import { readConfig, type Config } from './core/config.js';
import { createLogger } from './core/logger.js';
import { PasswordHasher } from './core/passwordHasher.js';
import { StartError } from './core/startError.js';
import { connect } from './db/connection.js';
import { openDatabase, withMigrator } from './db/database.js';
import { createJobQueue } from './db/jobQueue.js';
import { keptSecret } from './db/keptSecret.js';
import { JobRunner } from './jobs/jobRunner.js';
import { Store } from './repositories/store.js';
import { AdminBootstrap } from './services/adminBootstrap.js';
import { UserImport } from './services/userImport.js';

/** What a command works with. */
interface Tools {
  config: Config;
  store: Store;
  secret: string;
}

type Command = (argument: string, tools: Tools) => Promise<number>;

/** Each takes one argument, and returns the exit code. */
const commands: Readonly<Record<string, Command>> = {
  'create-admin': async (email, { config, store, secret }) => {
    const { EmailAddress: schema } = (await readDescription()).components?.schemas ?? {};
    const { pattern } = schema as { pattern: string };
    if (!new RegExp(pattern, 'u').test(email)) throw new StartError(`${email} is not an e-mail address.`);
    const hasher = new PasswordHasher({ ...config.hashing, threads: 1 });
    const admins = new AdminBootstrap(store, hasher, new ActionTokens(signingKey(secret)));
    const token = await admins.createAdmin(email).finally(() => hasher.close());
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
    if (!email || !name) throw new Error('The description has no schema of an e-mail address or of a name.');
    const users = new UserImport(store, { email, first_name: name, last_name: name }, config.hashing.cost);
    const lines = createInterface({ input: createReadStream(file), crlfDelay: Infinity });
    const { imported, refused } = await users.run(
      lines,
      ({ line, reason }) => console.log(`line ${line}: ${reason}`),
      (count) => console.error(`... ${count.imported} imported, ${count.refused} refused`),
    );
    console.log(`${imported} imported, ${refused} refused`);
    return refused === 0 ? 0 : 2;
  },
};

const usage = 'Say one of: create-admin EMAIL, import-users FILE.ndjson';

/** Exit codes: 0 when all was done, 1 after a failure, 2 when a part was refused. */
async function main(): Promise<void> {
  const [name = '', argument, ...others] = process.argv.slice(2);
  const command = commands[name];
  if (!command || !argument || others.length > 0) throw new StartError(usage);
  const config = readConfig();
  const logger = createLogger({ ...config, logLevel: 'warning' });
  const database = await openDatabase(config);
  try {
    await withMigrator(database.url, config.database, logger, (migrator) => migrator.up());
    const sequelize = connect(database.url, config.database);
    // Jobs are put there for the server to do; none is done here.
    const store = Store.on(sequelize, new JobRunner(createJobQueue(database.url, config.database), logger));
    const secret = config.secretKey ?? (await keptSecret(database.folder ?? config.dataFolder, 'secret-key'));
    process.exitCode = await command(argument, { config, store, secret }).finally(() => sequelize.close());
  } finally {
    await database.close();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof StartError ? error.message : error);
  process.exitCode = 1;
});
