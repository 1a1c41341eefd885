import { once } from 'node:events';
import { expect } from 'chai';
import { signedInAdmin, type TestAccount } from '../support/accounts.js';
import { bodyOf, openSocket } from '../support/rawRequest.js';
import { startTestApp, type TestApp } from '../support/testApp.js';
import { until } from '../support/until.js';
import { untilOneWaits } from '../support/untilOneWaits.js';

describe('a request whose body arrives late', () => {
  let app: TestApp;
  let admin: TestAccount;
  let other: TestAccount;
  before(async () => (app = await startTestApp()));
  beforeEach(async () => {
    admin = await signedInAdmin(app);
    other = await signedInAdmin(app);
  });
  after(() => app.close());

  async function lookUps(): Promise<number> {
    const { values } = await app.metrics.cacheRequests.get();
    return values.reduce((sum, { value }) => sum + value, 0);
  }

  /** Sends a request without its last byte, and waits until the caller is authenticated. Returns how to end the request. */
  async function begin(path: string, body: object): Promise<() => Promise<unknown>> {
    const json = JSON.stringify(body);
    const { socket, received } = openSocket(app.url);
    const before = await lookUps();
    socket.write(
      `PATCH ${path} HTTP/1.1\r\nHost: api\r\nAuthorization: Bearer ${admin.token}\r\nConnection: close\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${json.length}\r\n\r\n${json.slice(0, -1)}`,
    );
    await until(async () => (await lookUps()) > before);
    return async () => {
      socket.write(json.slice(-1));
      await once(socket, 'close');
      return bodyOf(received());
    };
  }

  const change = (body: object): Promise<unknown> =>
    app.call('updateUser', { token: other.token, path: { user_id: admin.id }, body });
  const events = {
    'its session ends': () => app.call('logOut', { token: admin.token }),
    'it is deactivated': () => change({ is_active: false }),
    'it is demoted': () => change({ role: 'user' }),
  };

  for (const [what, event, path, body, code] of [
    ["an administrator's operation", 'its session ends', 'ID', { role: 'admin' }, 'session_ended'],
    ["an administrator's operation", 'it is deactivated', 'ID', { role: 'admin' }, 'session_ended'],
    ["an administrator's operation", 'it is demoted', 'ID', { role: 'admin' }, 'forbidden'],
    ['an operation with an invalid body', 'it is demoted', 'ID', { role: 'king' }, 'forbidden'],
    ['any other operation', 'its session ends', 'me', { first_name: 'Late' }, 'session_ended'],
  ] as const) {
    it(`gets ${code} from ${what} when ${event} meanwhile`, async () => {
      const end = await begin(`/api/v1/users/${path.replace('ID', admin.id)}`, body);
      await events[event]();
      expect(await end()).to.include({ code });
    });
  }

  const revocations = {
    forbidden: `UPDATE users SET role = 'user' WHERE id = $1`,
    session_ended: 'DELETE FROM sessions WHERE user_id = $1',
    token_user_invalid: 'UPDATE users SET is_active = false WHERE id = $1',
  };
  const writes = [
    ['updateUser', 'forbidden', { role: 'admin' }],
    ['updateUser', 'session_ended', { role: 'admin' }],
    ['revokeUserSessions', 'forbidden', undefined],
    ['revokeUserSessions', 'session_ended', undefined],
    ['unlockUser', 'forbidden', undefined],
    ['unlockUser', 'session_ended', undefined],
    ['updateCurrentUser', 'session_ended', { first_name: 'Late' }],
    ['updateCurrentUser', 'token_user_invalid', { first_name: 'Late' }],
  ] as const;
  for (const [operationId, code, body] of writes) {
    it(`gets ${code} from the transaction of ${operationId}, which authorises it again`, async () => {
      const { call } = await app.sequelize.transaction(async (transaction) => {
        const options = { bind: [admin.id], transaction };
        await app.sequelize.query('SELECT FROM users WHERE id = $1 FOR UPDATE', options);
        const call = app.call(operationId, { token: admin.token, path: { user_id: other.id }, ...(body && { body }) });
        await untilOneWaits(app.sequelize);
        await app.sequelize.query(revocations[code], options);
        return { call };
      });
      expect((await call).body).to.include({ code });
    });
  }
});
