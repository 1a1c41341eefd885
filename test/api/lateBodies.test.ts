import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { signedInAdmin, type TestAccount } from '../support/accounts.js';
import { bodyOf } from '../support/rawRequest.js';
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

  /** Sends a request without its last byte, and waits until the caller is authenticated. */
  async function begin(path: string, body: object): Promise<{ socket: Socket; end: () => Promise<unknown> }> {
    const json = JSON.stringify(body);
    const { hostname, port } = new URL(app.url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    const before = await lookUps();
    socket.write(
      `PATCH ${path} HTTP/1.1\r\nHost: api\r\nAuthorization: Bearer ${admin.token}\r\nConnection: close\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${json.length}\r\n\r\n${json.slice(0, -1)}`,
    );
    await until(async () => (await lookUps()) > before);
    const end = async (): Promise<unknown> => {
      socket.write(json.slice(-1));
      return bodyOf(await text(socket));
    };
    return { socket, end };
  }

  const change = (body: object): Promise<unknown> =>
    app.call('updateUser', { token: other.token, path: { user_id: admin.id }, body });
  const events: Record<string, () => Promise<unknown>> = {
    'its session ends': () => app.call('logOut', { token: admin.token }),
    'it is deactivated': () => change({ is_active: false }),
    'it is demoted': () => change({ role: 'user' }),
  };

  for (const [event, happen] of Object.entries(events)) {
    const code = event === 'it is demoted' ? 'forbidden' : 'session_ended';
    it(`gets ${code} from an administrator's operation when ${event} meanwhile`, async () => {
      const { end } = await begin(`/api/v1/users/${admin.id}`, { role: 'admin', is_active: true });
      await happen();
      expect(await end()).to.include({ code });
    });
  }

  it('has its role checked again before its body is validated', async () => {
    const { end } = await begin(`/api/v1/users/${admin.id}`, { role: 'king' });
    await events['it is demoted']!();
    expect(await end()).to.include({ code: 'forbidden' });
  });

  it('gets session_ended from any operation when its session has ended meanwhile', async () => {
    const { end } = await begin('/api/v1/users/me', { first_name: 'Late' });
    await events['its session ends']!();
    expect(await end()).to.include({ code: 'session_ended' });
  });

  const revocations = {
    'is demoted': [`UPDATE users SET role = 'user' WHERE id = $1`, 'forbidden'],
    'loses its session': ['DELETE FROM sessions WHERE user_id = $1', 'session_ended'],
    'is deactivated': ['UPDATE users SET is_active = false WHERE id = $1', 'token_user_invalid'],
  } as const;
  const writes = [
    ['updateUser', 'is demoted', { role: 'admin' }],
    ['updateUser', 'loses its session', { role: 'admin' }],
    ['revokeUserSessions', 'is demoted', undefined],
    ['revokeUserSessions', 'loses its session', undefined],
    ['unlockUser', 'is demoted', undefined],
    ['unlockUser', 'loses its session', undefined],
    ['updateCurrentUser', 'loses its session', { first_name: 'Late' }],
    ['updateCurrentUser', 'is deactivated', { first_name: 'Late' }],
  ] as const;
  for (const [operationId, event, body] of writes) {
    const [sql, code] = revocations[event];
    it(`is authorised again in the transaction of ${operationId}: ${code} when the caller ${event}`, async () => {
      const { call } = await app.sequelize.transaction(async (transaction) => {
        const options = { bind: [admin.id], transaction };
        await app.sequelize.query('SELECT FROM users WHERE id = $1 FOR UPDATE', options);
        const call = app.call(operationId, { token: admin.token, path: { user_id: other.id }, ...(body && { body }) });
        await untilOneWaits(app.sequelize);
        await app.sequelize.query(sql, options);
        return { call };
      });
      expect((await call).body).to.include({ code });
    });
  }
});
