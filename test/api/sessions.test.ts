import { expect } from 'chai';
import type { Response } from 'supertest';
import { heldBy, logIn, signedInAccount, tokenError, type TestAccount } from '../support/accounts.js';
import { pagesOf } from '../support/pages.js';
import { startTestApp, type TestApp } from '../support/testApp.js';
import { untilWaiting } from '../support/untilOneWaits.js';

interface SessionBody {
  id: string;
  current: boolean;
  user_agent: string;
  ip: string;
}

describe('sessions', () => {
  let app: TestApp;
  let account: TestAccount;
  before(async () => (app = await startTestApp({ TRUST_PROXY: 'loopback' })));
  beforeEach(async () => (account = await signedInAccount(app)));
  after(() => app.close());

  const logInAgain = async (): Promise<ReturnType<typeof heldBy>> =>
    heldBy(await logIn(app, account, { headers: { 'User-Agent': 'second browser' } }));
  const sessions = async (): Promise<SessionBody[]> =>
    ((await app.call('listSessions', { token: account.token })).body as { items: SessionBody[] }).items;

  it('keeps 100 sessions an account: concurrent logins end the least recently used ones', async () => {
    // The account's own session is the oldest but the most recently used.
    await app.sql(
      `INSERT INTO sessions SELECT gen_random_uuid(), user_id, 0, refresh_hash, refresh_seed, ip, 'filler ' || n, created_at,
         last_used_at - n * interval '1 minute', expires_at, ends_at FROM sessions, generate_series(1, 99) AS n WHERE id = $1`,
      account.sessionId,
    );
    const newer = await Promise.all(Array.from({ length: 5 }, logInAgain));
    const rows = await app.sql('SELECT user_agent FROM sessions WHERE user_id = $1', account.id);
    const names = rows.map(({ user_agent: name }) => String(name)).filter((name) => name.startsWith('filler'));
    expect(rows).to.have.length(100);
    expect(names).to.have.members(Array.from({ length: 94 }, (_, n) => `filler ${n + 1}`));
    for (const { token } of [account, ...newer]) expect(await tokenError(app, token)).to.equal(undefined);
  });

  it('end at a logout while the password changes, without a deadlock', async () => {
    const { token: older, sessionId, password } = account;
    const { token } = await logInAgain();
    const calls = await app.sequelize.transaction(async (transaction) => {
      const options = { bind: [sessionId], transaction };
      await app.sequelize.query('SELECT FROM sessions WHERE id = $1 FOR UPDATE', options);
      const logOut = app.call('logOut', { token: older, body: { scope: 'all' } });
      await untilWaiting(app.sequelize, 1);
      const body = { current_password: password, new_password: `${password} again` };
      const change = app.call('changePassword', { token, body });
      await untilWaiting(app.sequelize, 2);
      return { logOut, change };
    });
    expect((await calls.logOut).status).to.equal(204);
    expect((await calls.change).body).to.include({ code: 'session_ended' });
  });

  describe('listSessions', () => {
    it('lists the sessions, newest first, and marks the current one', async () => {
      const second = await logInAgain();
      await signedInAccount(app);
      const items = await sessions();
      expect(items.map(({ id, current }) => [id, current])).to.deep.equal([
        [second.sessionId, false],
        [account.sessionId, true],
      ]);
      expect(items[0]).to.include({ user_agent: 'second browser', ip: '127.0.0.1' });
    });

    it('shows the client that refreshed a session last', async () => {
      const headers = { 'User-Agent': 'third browser', 'X-Forwarded-For': '198.51.100.7' };
      await app.call('refreshTokens', { body: { refresh_token: account.refreshToken }, headers });
      expect((await sessions())[0]).to.include({
        id: account.sessionId,
        user_agent: 'third browser',
        ip: '198.51.100.7',
      });
    });

    const addresses: [reported: string, shown: string][] = [
      ['203.0.113.7:51234', '203.0.113.7'],
      ['::ffff:203.0.113.7', '203.0.113.7'],
      ['::FFFF:cb00:7107', '203.0.113.7'],
      ['[2001:DB8:0:0::7]:51234', '2001:db8::7'],
      ['fe80::1%eth0', 'fe80::1'],
      ['198.51.100.7, 127.0.0.1:51234', '198.51.100.7'],
      ['nobody'.repeat(100), 'unknown'],
      ['1', 'unknown'],
    ];
    for (const [reported, shown] of addresses) {
      it(`shows and logs ${shown} for the address ${reported.slice(0, 30)}`, async () => {
        const response = await logIn(app, account, { headers: { 'X-Forwarded-For': reported } });
        expect((await sessions())[0]).to.include({ id: heldBy(response).sessionId, ip: shown });
        const lines = app.logLines(String(response.headers['x-request-id']));
        expect(lines.find(({ event }) => event === 'signed_in')).to.include({ ip: shown });
      });
    }

    it('returns pages, the last of which may be full', async () => {
      for (let n = 0; n < 3; n += 1) await logInAgain();
      const all = (await sessions()).map(({ id }) => id);
      for (const limit of [3, 2]) {
        const pages = await pagesOf(app, 'listSessions', account.token, limit);
        expect(pages).to.deep.equal([all.slice(0, limit), all.slice(limit, 4)]);
      }
    });

    for (const query of [{ cursor: 'abc' }, { cursor: '!' }, { limit: '0' }, { limit: '101' }, { limit: 'x' }]) {
      it(`rejects ${JSON.stringify(query)}`, async () => {
        const response = await app.call('listSessions', { token: account.token, query: query as never });
        const path = `/query/${Object.keys(query)[0]!}`;
        expect(response.body).to.nested.include({ status_code: 400, 'errors[0].path': path });
      });
    }

    it('does not list expired sessions', async () => {
      const { sessionId } = await logInAgain();
      await app.sql('UPDATE sessions SET expires_at = now() WHERE id = $1', sessionId);
      expect((await sessions()).map(({ id }) => id)).to.deep.equal([account.sessionId]);
    });
  });

  describe('endSession', () => {
    const end = (sessionId: string): Promise<Response> =>
      app.call('endSession', { token: account.token, path: { session_id: sessionId } });

    it('ends another session at once', async () => {
      const second = await logInAgain();
      expect((await end(second.sessionId)).status).to.equal(204);
      expect(await tokenError(app, second.token)).to.equal('session_ended');
      expect(await tokenError(app, account.token)).to.equal(undefined);
    });

    it('answers 404 for an ended session and for one of another account, which continues', async () => {
      const other = await signedInAccount(app);
      const gone = await logInAgain();
      await end(gone.sessionId);
      for (const sessionId of [other.sessionId, gone.sessionId]) {
        const missing = { status_code: 404, code: 'not_found', detail: 'There is no such session.' };
        expect((await end(sessionId)).body).to.include(missing);
      }
      expect(await tokenError(app, other.token)).to.equal(undefined);
    });

    it('rejects a malformed id', async () => {
      const response = await end('abc');
      expect(response.body).to.nested.include({ status_code: 400, 'errors[0].path': '/path/session_id' });
    });
  });

  describe('logOut', () => {
    for (const [scope, codes] of [
      [undefined, ['session_ended', undefined, undefined]],
      ['current', ['session_ended', undefined, undefined]],
      ['others', [undefined, 'session_ended', 'session_ended']],
      ['all', ['session_ended', 'session_ended', 'session_ended']],
    ] as const) {
      it(`ends the sessions of the scope ${scope ?? 'current by default'}`, async () => {
        const others = [await logInAgain(), await logInAgain()];
        const stranger = await signedInAccount(app);
        const response = await app.call('logOut', { token: account.token, ...(scope && { body: { scope } }) });
        expect(response.status).to.equal(204);
        expect(response.headers).not.to.have.property('set-cookie');
        const tokens = [account, ...others].map(({ token }) => token);
        expect(await Promise.all(tokens.map((token) => tokenError(app, token)))).to.deep.equal(codes);
        expect(await tokenError(app, stranger.token)).to.equal(undefined);
      });
    }

    it('ends the refresh token too', async () => {
      await app.call('logOut', { token: account.token });
      const response = await app.call('refreshTokens', { body: { refresh_token: account.refreshToken } });
      expect(response.body).to.include({ code: 'refresh_token_invalid' });
    });

    it('rejects an unknown scope', async () => {
      const response = await app.call('logOut', { token: account.token, body: { scope: 'everything' } });
      expect(response.status).to.equal(400);
    });
  });
});
