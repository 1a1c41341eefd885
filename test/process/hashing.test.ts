import { serverFixture } from '../support/serverFixture.js';
import { signInAt, signUpAt } from '../support/visitor.js';

describe('A server', () => {
  const servers = serverFixture();

  it('hashes with bcryptjs if the native engine does not load, and verifies the hashes of both', async () => {
    const accounts = [];
    // If it is set, @node-rs/bcrypt loads its binary from there.
    for (const NAPI_RS_NATIVE_LIBRARY_PATH of ['', '/nowhere.node', '']) {
      const server = await servers.start({ NAPI_RS_NATIVE_LIBRARY_PATH });
      await server.wrote(NAPI_RS_NATIVE_LIBRARY_PATH ? /"engine":"bcryptjs"/ : /"engine":"@node-rs\/bcrypt"/);
      accounts.push(await signUpAt(server.url));
      for (const account of accounts) await signInAt(server.url, account);
      await server.stop();
    }
  });
});
