import { expect } from 'chai';
import { startServer, stopServers } from '../support/serverProcess.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporaryFolder.js';
import { createTestDatabase, type TestDatabase } from '../support/testDatabase.js';
import { signInAt, signUpAt } from '../support/visitor.js';

describe('A server', () => {
  let database: TestDatabase;
  before(async () => (database = await createTestDatabase()));
  after(() => database.drop());
  afterEach(stopServers);
  afterEach(removeTemporaryFolders);

  it('hashes with bcryptjs where the native engine does not load, and signs people in after either', async () => {
    const accounts = [];
    // Where @node-rs/bcrypt looks for its binary, if this is set.
    for (const NAPI_RS_NATIVE_LIBRARY_PATH of ['', '/nowhere.node', '']) {
      const settings = { DATABASE_URL: database.url, NAPI_RS_NATIVE_LIBRARY_PATH };
      const server = await startServer({ folder: await temporaryFolder(), settings });
      await server.wrote(NAPI_RS_NATIVE_LIBRARY_PATH ? /"engine":"bcryptjs"/ : /"engine":"@node-rs\/bcrypt"/);
      accounts.push(await signUpAt(server.url));
      for (const account of accounts) await signInAt(server.url, account);
      await server.stop();
    }
    expect(accounts).to.have.length(3);
  });
});
