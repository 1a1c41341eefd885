import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { createTestDatabase, type TestDatabase } from '../support/testDatabase.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporaryFolder.js';

const run = promisify(execFile);
const script = fileURLToPath(new URL('../../dist/migrate.js', import.meta.url));

describe('npm run migrate', () => {
  let database: TestDatabase;
  let folder: string;
  before(async () => {
    database = await createTestDatabase({ migrated: false });
    folder = await temporaryFolder();
  });
  after(async () => {
    await removeTemporaryFolders();
    await database.drop();
  });

  const migrate = async (...words: string[]): Promise<string> => {
    const env = { ...process.env, DATABASE_URL: database.url };
    return (await run(process.execPath, [script, ...words], { cwd: folder, env })).stdout;
  };

  it('goes up, tells where it is, and goes down again', async () => {
    expect(await migrate('status')).to.match(/^Applied: none\nPending: \d+\n {2}\d+-create-users\.cjs\n/);
    expect(await migrate('up')).to.match(/^Applied: \d+\n/);
    expect(await migrate('up')).to.equal('Applied: none\n');
    expect(await migrate('status')).to.match(/^Applied: \d+\n[^]*\nPending: none\n$/);
    expect(await migrate('down')).to.match(/^Reverted: 1\n/);
    expect(await migrate('status')).to.match(/\nPending: 1\n/);
  });

  it('says what it can do when it is asked for something else', async () => {
    const failure = (await migrate('sideways').catch((error: unknown) => error)) as { code: number; stderr: string };
    expect(failure.code).to.equal(1);
    expect(failure.stderr).to.contain('Usage: up | down | status');
  });
});
