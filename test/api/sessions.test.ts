import { expect } from 'chai';
import { heldBy, signedInAccount, type TestAccount } from '../support/accounts.js';
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

  async function signInAgain(userAgent = 'second browser') {
    const { email, password } = account;
    return heldBy(await app.call('logIn', { body: { email, password }, headers: { 'User-Agent': userAgent } }));
  }

  async function sessions(
    token = account.token,
    query = {},
  ): Promise<{ items: SessionBody[]; next_cursor: string | null }> {
    const response = await app.call('listSessions', { token, query });
    expect(response.status, response.text).to.equal(200);
    return response.body as never;
  }

  const code = async (token: string): Promise<string | undefined> =>
    ((await app.call('getCurrentUser', { token })).body as { code?: string }).code;

  it('keeps 100 sessions an account: concurrent logins end the least recently used ones', async () => {
    const signIns = 5;
    // The account's own session is the oldest but the most recently used.
    await app.sequelize.query(
      `INSERT INTO sessions SELECT gen_random_uuid(), user_id, 0, refresh_hash, refresh_seed, ip, 'filler ' || n, created_at,
         last_used_at - n * interval '1 minute', expires_at, ends_at FROM sessions, generate_series(1, 99) AS n WHERE id = $1`,
      { bind: [account.sessionId] },
    );
    const newer = await Promise.all(Array.from({ length: signIns }, () => signInAgain()));
    const stored = 'SELECT user_agent FROM sessions WHERE user_id = $1';
    const [rows] = await app.sequelize.query(stored, { bind: [account.id] });
    const fillers = (rows as { user_agent: string }[])
      .map(({ user_agent: name }) => name)
      .filter((name) => name.startsWith('filler'));
    expect(rows).to.have.length(100);
    expect(fillers.map((name) => Number(name.slice(7))).sort((a, b) => a - b)).to.deep.equal(
      Array.from({ length: 99 - signIns }, (_, n) => n + 1),
    );
    for (const { token } of [account, ...newer]) expect(await code(token)).to.equal(undefined);
  });

  it('end at a sign-out while the password changes, without a deadlock', async () => {
    const { token: older, sessionId, email, password } = account;
    const { token } = heldBy(await app.call('logIn', { body: { email, password } }));
    const calls = await app.sequelize.transaction(async (transaction) => {
      const options = { bind: [sessionId], transaction };
      await app.sequelize.query('SELECT FROM sessions WHERE id = $1 FOR UPDATE', options);
      const signOut = app.call('logOut', { token: older, body: { scope: 'all' } });
      await untilWaiting(app.sequelize, 1);
      const body = { current_password: password, new_password: `${password} again` };
      const change = app.call('changePassword', { token, body });
      await untilWaiting(app.sequelize, 2);
      return { signOut, change };
    });
    expect((await calls.signOut).status).to.equal(204);
    expect((await calls.change).body).to.include({ code: 'session_ended' });
  });

  describe('listSessions', () => {
    it('lists the sessions, newest first, and marks the current one', async () => {
      const second = await signInAgain();
      await signedInAccount(app);
      const { items, next_cursor: next } = await sessions();
      expect(items.map(({ id, current }) => [id, current])).to.deep.equal([
        [second.sessionId, false],
        [account.sessionId, true],
      ]);
      expect(items[0]).to.include({ user_agent: 'second browser', ip: '127.0.0.1' });
      expect(next).to.equal(null);
    });

    it('shows the client that refreshed a session last', async () => {
      const headers = { 'User-Agent': 'third browser', 'X-Forwarded-For': '198.51.100.7' };
      await app.call('refreshTokens', { body: { refresh_token: account.refreshToken }, headers });
      const { items } = await sessions();
      expect(items[0]).to.include({ id: account.sessionId, user_agent: 'third browser', ip: '198.51.100.7' });
    });

    it('returns pages, the last of which may be full', async () => {
      for (let n = 0; n < 3; n += 1) await signInAgain();
      const all = (await sessions()).items.map(({ id }) => id);
      for (const [limit, lengths] of [
        ['3', [3, 1]],
        ['2', [2, 2]],
      ] as const) {
        const pages: string[][] = [];
        let cursor: string | null = '';
        while (cursor !== null) {
          const page = await sessions(account.token, { limit, ...(cursor && { cursor }) });
          pages.push(page.items.map(({ id }) => id));
          cursor = page.next_cursor;
        }
        expect(pages.flat()).to.deep.equal(all);
        expect(pages.map(({ length }) => length)).to.deep.equal(lengths);
      }
    });

    it('rejects invalid cursors and limits', async () => {
      const wrong: Record<string, string>[] = [
        { cursor: 'abc' },
        { cursor: '!' },
        { limit: '0' },
        { limit: '101' },
        { limit: 'x' },
      ];
      for (const query of wrong) {
        const response = await app.call('listSessions', {
          token: account.token,
          query: query,
        });
        expect(response.status, JSON.stringify(query)).to.equal(400);
        const { errors } = response.body as { errors: { path: string }[] };
        expect(errors[0]!.path).to.equal(`/query/${Object.keys(query)[0]!}`);
      }
    });

    it('does not list expired sessions', async () => {
      const { sessionId } = await signInAgain();
      await app.sequelize.query('UPDATE sessions SET expires_at = now() WHERE id = $1', { bind: [sessionId] });
      expect((await sessions()).items.map(({ id }) => id)).to.deep.equal([account.sessionId]);
    });
  });

  describe('endSession', () => {
    const end = (sessionId: string) =>
      app.call('endSession', { token: account.token, path: { session_id: sessionId } });

    it('ends another session at once', async () => {
      const second = await signInAgain();
      expect((await end(second.sessionId)).status).to.equal(204);
      expect(await code(second.token)).to.equal('session_ended');
      expect(await code(account.token)).to.equal(undefined);
    });

    it('answers 404 for an ended session and for one of another account, which continues', async () => {
      const other = await signedInAccount(app);
      const gone = await signInAgain();
      await end(gone.sessionId);
      for (const sessionId of [other.sessionId, gone.sessionId]) {
        const response = await end(sessionId);
        expect(response.status).to.equal(404);
        expect(response.body).to.include({ code: 'not_found', detail: 'There is no such session.' });
      }
      expect(await code(other.token)).to.equal(undefined);
    });

    it('rejects a malformed id', async () => {
      const response = await end('abc');
      expect(response.status).to.equal(400);
      const { errors } = response.body as { errors: { path: string }[] };
      expect(errors[0]!.path).to.equal('/path/session_id');
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
        const others = [await signInAgain(), await signInAgain()];
        const stranger = await signedInAccount(app);
        const response = await app.call('logOut', { token: account.token, ...(scope && { body: { scope } }) });
        expect(response.status).to.equal(204);
        expect(response.headers).not.to.have.property('set-cookie');
        const tokens = [account, ...others].map(({ token }) => token);
        expect(await Promise.all(tokens.map(code))).to.deep.equal(codes);
        expect(await code(stranger.token)).to.equal(undefined);
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
