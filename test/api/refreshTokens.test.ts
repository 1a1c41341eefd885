import { expect } from 'chai';
import type { Response } from 'supertest';
import { heldBy, signedInAccount, type TestAccount } from '../support/accounts.js';
import { startTestApp, type TestApp } from '../support/testApp.js';

describe('refreshTokens', () => {
  let app: TestApp;
  let account: TestAccount;
  before(async () => (app = await startTestApp()));
  beforeEach(async () => (account = await signedInAccount(app)));
  after(() => app.close());

  const refresh = (refreshToken: string): Promise<Response> =>
    app.call('refreshTokens', { body: { refresh_token: refreshToken } });
  const status = async (token: string): Promise<number> => (await app.call('getCurrentUser', { token })).status;

  async function codeOf(response: Response | Promise<Response>): Promise<string> {
    return ((await response).body as { code: string }).code;
  }

  /** Ends the grace period of the previous token. */
  async function passGrace(): Promise<void> {
    await app.sequelize.query(`UPDATE sessions SET last_used_at = now() - interval '31 seconds'`);
  }

  it('returns a new pair of tokens of the same session', async () => {
    const response = await refresh(account.refreshToken);
    expect(response.status).to.equal(200);
    const pair = heldBy(response);
    expect(pair).to.include({ id: account.id, sessionId: account.sessionId });
    expect(pair.refreshToken).not.to.equal(account.refreshToken);
    expect(await status(pair.token)).to.equal(200);
    expect((await refresh(pair.refreshToken)).status).to.equal(200);
  });

  it('returns the current pair to a client that lost the response, as often as it asks', async () => {
    const { refreshToken } = heldBy(await refresh(account.refreshToken));
    for (let n = 0; n < 3; n += 1) {
      const again = await refresh(account.refreshToken);
      expect(again.status).to.equal(200);
      expect(heldBy(again).refreshToken).to.equal(refreshToken);
    }
    expect((await refresh(refreshToken)).status).to.equal(200);
  });

  it('ends the session when the previous token is used after the grace period', async () => {
    const pair = heldBy(await refresh(account.refreshToken));
    await passGrace();
    expect(await codeOf(refresh(account.refreshToken))).to.equal('refresh_token_reused');
    expect(await codeOf(refresh(pair.refreshToken))).to.equal('refresh_token_invalid');
    expect(await codeOf(app.call('getCurrentUser', { token: pair.token }))).to.equal('session_ended');
  });

  it('ends the session at once when an older token is used', async () => {
    const second = heldBy(await refresh(account.refreshToken));
    const third = heldBy(await refresh(second.refreshToken));
    expect(await codeOf(refresh(account.refreshToken))).to.equal('refresh_token_reused');
    expect(await status(third.token)).to.equal(401);
    expect(app.logText()).to.contain('refresh_token_reused');
  });

  it('logs the reuse of a token once, even for concurrent requests', async () => {
    const second = heldBy(await refresh(account.refreshToken));
    await refresh(second.refreshToken);
    const responses = await Promise.all(Array.from({ length: 10 }, () => refresh(account.refreshToken)));
    for (const response of responses) expect(response.status).to.equal(401);
    const lines = app.logLines().filter(({ event }) => event === 'refresh_token_reused');
    expect(lines.filter((line) => line['session_id'] === account.sessionId)).to.have.length(1);
  });

  it('ends no session for a token that was never issued', async () => {
    await refresh(account.refreshToken);
    const bytes = Buffer.from(account.refreshToken.slice(3), 'base64url');
    for (const position of [20, 51]) {
      const forged = Buffer.from(bytes);
      forged[position]! ^= 1;
      expect(await codeOf(refresh(`rt_${forged.toString('base64url')}`))).to.equal('refresh_token_invalid');
    }
    const future = Buffer.from(bytes);
    future.writeUInt32BE(4_000_000_000, 16);
    const other = account.refreshToken;
    const altered = [`${other}A`, ` ${other}`, `${other}\n`, other.slice(1), other.replace('rt_', 'RT_')];
    for (const text of [`rt_${future.toString('base64url')}`, ...altered, '', 'abc', account.token.slice(0, 200)]) {
      expect(await codeOf(refresh(text)), text).to.equal('refresh_token_invalid');
    }
    expect(await status(account.token)).to.equal(200);
  });

  it('rejects a request without a token', async () => {
    for (const body of [{}, undefined]) {
      const response = await app.call('refreshTokens', { ...(body && { body }) });
      expect(response.status).to.equal(401);
      expect(await codeOf(response)).to.equal('refresh_token_invalid');
    }
  });

  it('returns the same pair to fifty concurrent requests', async () => {
    const responses = await Promise.all(Array.from({ length: 50 }, () => refresh(account.refreshToken)));
    expect(responses.map((response) => response.status)).to.deep.equal(Array(50).fill(200));
    const tokens = new Set(responses.map((response) => heldBy(response).refreshToken));
    expect(tokens).to.have.property('size', 1);
    for (const response of responses) expect(await status(heldBy(response).token)).to.equal(200);
    const [rows] = await app.sequelize.query('SELECT generation FROM sessions WHERE user_id = $1', {
      bind: [account.id],
    });
    expect(rows).to.deep.equal([{ generation: 1 }]);
  });

  it('rejects a session that was idle for too long or is too old', async () => {
    for (const column of ['expires_at', 'ends_at']) {
      const { id, refreshToken, token } = await signedInAccount(app);
      const change = `UPDATE sessions SET ${column} = now() - interval '1 second' WHERE user_id = $1`;
      await app.sequelize.query(change, { bind: [id] });
      if (column === 'ends_at') await refresh(refreshToken);
      expect(await codeOf(refresh(refreshToken)), column).to.equal('refresh_token_invalid');
      expect(await codeOf(app.call('getCurrentUser', { token })), column).to.equal('session_ended');
    }
  });

  it('rejects a session after 14 idle days or after 90 days', async () => {
    const useAfter = async (time: string): Promise<string> => {
      const columns = ['created_at', 'last_used_at', 'expires_at', 'ends_at'];
      const changes = columns.map((column) => `${column} = ${column} - interval '${time}'`);
      await app.sequelize.query(`UPDATE sessions SET ${changes.join(', ')} WHERE user_id = $1`, { bind: [account.id] });
      const response = await refresh(account.refreshToken);
      if (response.status === 200) account = { ...account, ...heldBy(response) };
      return codeOf(response);
    };
    const nearly14 = '13 days 23 hours 59 minutes';
    for (let n = 1; n <= 6; n += 1) expect(await useAfter(nearly14), `${n} times 14 days`).to.equal(undefined);
    expect(await useAfter('6 days'), 'at nearly 90 days').to.equal(undefined);
    expect(await useAfter('7 minutes'), 'after 90 days').to.equal('refresh_token_invalid');
    account = await signedInAccount(app);
    expect(await useAfter('14 days'), 'after 14 days').to.equal('refresh_token_invalid');
  });

  it('rejects a token of a deactivated account', async () => {
    await app.sequelize.query('UPDATE users SET is_active = false WHERE id = $1', { bind: [account.id] });
    expect(await codeOf(refresh(account.refreshToken))).to.equal('refresh_token_invalid');
  });

  it('stores nothing from which a token could be derived', async () => {
    const secret = Buffer.from(account.refreshToken.slice(3), 'base64url').subarray(20);
    const [rows] = await app.sequelize.query('SELECT * FROM sessions WHERE user_id = $1', { bind: [account.id] });
    const [row] = rows as [Record<string, unknown>];
    for (const value of Object.values(row)) if (Buffer.isBuffer(value)) expect(value.equals(secret)).to.equal(false);
    expect(app.logText()).not.to.contain(account.refreshToken);
  });
});

describe('the refresh token as a cookie', () => {
  const page = 'https://app.example.com';
  let app: TestApp;
  before(async () => (app = await startTestApp({ CORS_ORIGINS: JSON.stringify([page]) })));
  after(() => app.close());

  async function signInWithCookie(): Promise<{ cookie: string; token: string }> {
    const { email, password } = await signedInAccount(app);
    const headers = { Prefer: 'respond-async, refresh-cookie' };
    const response = await app.call('logIn', { body: { email, password }, headers });
    expect(response.body).not.to.have.property('refresh_token');
    expect(response.headers).to.have.property('preference-applied', 'refresh-cookie');
    return { cookie: cookieOf(response), token: heldBy(response).token };
  }

  function cookieOf(response: Response): string {
    const [field] = response.headers['set-cookie'] as unknown as [string];
    expect(field).to.match(/; Path=\/auth; HttpOnly; Secure; SameSite=Strict$/);
    return field.split(';')[0]!;
  }

  it('returns a new cookie and no refresh token in the body', async () => {
    const { cookie } = await signInWithCookie();
    const response = await app.call('refreshTokens', { headers: { Cookie: cookie, Origin: page } });
    expect(response.status).to.equal(200);
    expect(response.body).not.to.have.property('refresh_token');
    expect(cookieOf(response)).not.to.equal(cookie);
    const [field] = response.headers['set-cookie'] as unknown as [string];
    expect(Number(/Max-Age=(\d+)/.exec(field)?.[1])).to.be.within(14 * 86_400 - 60, 14 * 86_400);
  });

  it('logs out without an access token and removes the cookie', async () => {
    const { cookie, token } = await signInWithCookie();
    const response = await app.call('logOut', { headers: { Cookie: cookie, Origin: page } });
    expect(response.status).to.equal(204);
    expect(cookieOf(response)).to.equal('__Secure-refresh_token=');
    expect((await app.call('getCurrentUser', { token })).status).to.equal(401);
    const again = await app.call('logOut', { headers: { Cookie: cookie, Origin: page } });
    expect(again.status).to.equal(401);
    expect(again.body).to.include({ code: 'refresh_token_invalid' });
  });

  for (const scope of ['current', 'others', 'all']) {
    it(`is ${scope === 'others' ? 'left alone' : 'taken away'} by a sign-out of ${scope}`, async () => {
      const { cookie, token } = await signInWithCookie();
      const headers = { Cookie: cookie, Origin: page };
      const response = await app.call('logOut', { token, headers, body: { scope } });
      expect(response.status).to.equal(204);
      if (scope === 'others') expect(response.headers).not.to.have.property('set-cookie');
      else expect(cookieOf(response)).to.equal('__Secure-refresh_token=');
      const { status } = await app.call('refreshTokens', { headers });
      expect(status).to.equal(scope === 'others' ? 200 : 401);
    });
  }

  for (const operationId of ['refreshTokens', 'logOut']) {
    it(`is rejected in ${operationId} for other origins and without an origin`, async () => {
      const { cookie, token } = await signInWithCookie();
      for (const origin of ['https://evil.example', 'null', undefined]) {
        const response = await app.call(operationId, {
          headers: { Cookie: cookie, ...(origin && { Origin: origin }) },
        });
        expect(response.status).to.equal(403);
        expect(response.body).to.include({ code: 'origin_not_allowed' });
      }
      expect((await app.call('getCurrentUser', { token })).status).to.equal(200);
    });
  }

  it('ends no session once it was rotated', async () => {
    const { cookie, token } = await signInWithCookie();
    const headers = { Cookie: cookie, Origin: page };
    await app.call('refreshTokens', { headers });
    await app.sequelize.query(`UPDATE sessions SET last_used_at = now() - interval '31 seconds'`);
    expect((await app.call('logOut', { headers })).body).to.include({ code: 'refresh_token_invalid' });
    expect((await app.call('getCurrentUser', { token })).status).to.equal(200);
  });

  it('does not replace an invalid access token', async () => {
    const { cookie } = await signInWithCookie();
    const response = await app.call('logOut', { token: 'abc', headers: { Cookie: cookie, Origin: page } });
    expect(response.status).to.equal(401);
    expect(response.body).to.include({ code: 'token_malformed' });
  });
});
