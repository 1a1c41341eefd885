import { productionSettings, startServer, stopServers, type ServerProcess } from './serverProcess.js';
import { removeTemporaryFolders, temporaryFolder } from './temporaryFolder.js';
import { createTestDatabase, type TestDatabase } from './testDatabase.js';

interface ServerFixture {
  database: TestDatabase;
  /** Starts a server in production on the database, in a folder of its own. */
  start(settings?: Record<string, string>): Promise<ServerProcess>;
}

/**
 * Gives the tests of a `describe` a database, and stops their servers after each test.
 * @param options.migrated whether the database has tables
 * @param options.isShared whether servers run on until the last test
 */
export function serverFixture({ migrated = true, isShared = false } = {}): ServerFixture {
  let database: TestDatabase;
  const tidy = async (): Promise<void> => {
    await stopServers();
    await removeTemporaryFolders();
  };
  before(async () => (database = await createTestDatabase({ migrated })));
  if (!isShared) afterEach(tidy);
  after(async () => {
    await tidy();
    await database.drop();
  });
  return {
    get database() {
      return database;
    },
    start: async (settings = {}) =>
      startServer({
        folder: await temporaryFolder(),
        settings: { ...productionSettings(database.url), ...settings },
      }),
  };
}
