import { productionSettings, startServer, stopServers, type ServerProcess } from './serverProcess.js';
import { removeTemporaryFolders, temporaryFolder } from './temporaryFolder.js';
import { createTestDatabase, type TestDatabase } from './testDatabase.js';

interface ServerFixture {
  database: TestDatabase;
  /** The settings of a server in production on the database. */
  settings: Record<string, string>;
  /** Starts a server with `settings` and these, in an empty folder unless one is given. */
  start(settings?: Record<string, string>, folder?: string): Promise<ServerProcess>;
}

/** Stops all servers, then removes all temporary folders. */
export async function tidyUp(): Promise<void> {
  await stopServers();
  await removeTemporaryFolders();
}

/**
 * Gives the tests of a `describe` a database, and stops their servers after each test.
 * @param options.migrated whether the database has tables
 * @param options.isShared whether servers run until the last test
 */
export function serverFixture({ migrated = true, isShared = false } = {}): ServerFixture {
  let database: TestDatabase;
  before(async () => (database = await createTestDatabase({ migrated })));
  if (!isShared) afterEach(tidyUp);
  after(async () => {
    await tidyUp();
    await database.drop();
  });
  return {
    get database() {
      return database;
    },
    get settings() {
      return productionSettings(database.url);
    },
    async start(settings, folder) {
      return startServer({ folder: folder ?? (await temporaryFolder()), settings: { ...this.settings, ...settings } });
    },
  };
}
