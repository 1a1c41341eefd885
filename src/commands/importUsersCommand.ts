import { readDescription } from '../api/openapi/description.js';
import { readTextLines } from '../config/textFile.js';
import { importUsers } from '../services/importUsers.js';
import { StartError } from '../startError.js';
import { takesOne, type Command } from './command.js';

export const importUsersCommand: Command = {
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
