import { expect } from 'chai';
import type { Response } from 'supertest';
import { heldBy, logIn, signedInAccount, tokenError, type TestAccount } from '../support/accounts.js';
import { withClockOff } from '../support/clock.js';
import { codeOf, startTestApp, type TestApp } from '../support/testApp.js';

const dayMs = 86_400_000;

/** Ends the grace period of the token before the previous one. */
async function passGrace(app: TestApp): Promise<void> {
  await app.sql(`UPDATE sessions SET last_used_at = now() - interval '31 seconds'`);
}

describe('refreshTokens', () => {
  let app: TestApp;
  let account: TestAccount;
  before(async () => (app = await startTestApp()));
  beforeEach(async () => (account = await signedInAccount(app)));
  after(() => app.close());

  const refresh = (refreshToken: string): Promise<Response> =>
    app.call('refreshTokens', { body: { refresh_token: refreshToken } });
  const refreshError = async (refreshToken: string): Promise<string | undefined> => codeOf(await refresh(refreshToken));

  type Pair = Pick<TestAccount, 'token' | 'refreshToken'>;

  /** The first three pairs of tokens of the session, the last of which is the current one. */
  async function rotatedTwice(): Promise<[Pair, Pair, Pair]> {
    const second = heldBy(await refresh(account.refreshToken));
    return [account, second, heldBy(await refresh(second.refreshToken))];
  }

  it('returns a new pair of tokens of the same session', async () => {
    const response = await refresh(account.refreshToken);
    expect(response.status).to.equal(200);
    const pair = heldBy(response);
    expect(pair).to.include({ id: account.id, sessionId: account.sessionId });
    expect(pair.refreshToken).not.to.equal(account.refreshToken);
    expect(await tokenError(app, pair.token)).to.equal(undefined);
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

  it('returns it after the grace period too, as long as nobody has refreshed with it', async () => {
    const { refreshToken, token } = heldBy(await refresh(account.refreshToken));
    await app.sql(`UPDATE sessions SET last_used_at = now() - interval '13 days'`);
    for (let n = 0; n < 2; n += 1) {
      const again = await refresh(account.refreshToken);
      expect(again.status).to.equal(200);
      expect(heldBy(again).refreshToken).to.equal(refreshToken);
    }
    expect(await tokenError(app, token)).to.equal(undefined);
    expect((await refresh(refreshToken)).status).to.equal(200);
  });

  it('returns the current pair for the token before the previous one within the grace period', async () => {
    const [first, , third] = await rotatedTwice();
    const again = await refresh(first.refreshToken);
    expect(again.status).to.equal(200);
    expect(heldBy(again).refreshToken).to.equal(third.refreshToken);
  });

  it('ends the session when that token is used after the grace period', async () => {
    const [first, , third] = await rotatedTwice();
    await passGrace(app);
    expect(await refreshError(first.refreshToken)).to.equal('refresh_token_reused');
    expect(await refreshError(third.refreshToken)).to.equal('refresh_token_invalid');
    expect(await tokenError(app, third.token)).to.equal('session_ended');
  });

  it('ends the session at once when an older token is used', async () => {
    const [first, , third] = await rotatedTwice();
    const fourth = heldBy(await refresh(third.refreshToken));
    expect(await refreshError(first.refreshToken)).to.equal('refresh_token_reused');
    expect(await tokenError(app, fourth.token)).to.equal('session_ended');
    expect(app.logText()).to.contain('refresh_token_reused');
  });

  for (const seconds of [-45, 45]) {
    it(`measures the grace period by the database's clock if that of the instance is ${seconds} s off`, async () => {
      const [first, , third] = await rotatedTwice();
      await withClockOff(seconds * 1000, async () => {
        expect(heldBy(await refresh(first.refreshToken)).refreshToken).to.equal(third.refreshToken);
        await passGrace(app);
        expect(await refreshError(first.refreshToken)).to.equal('refresh_token_reused');
      });
    });
  }

  it("measures the lifetime of a session by the database's clock", async () => {
    for (const days of [-100, 100]) {
      await withClockOff(days * dayMs, async () => {
        const { refreshToken } = heldBy(await logIn(app, account));
        const again = await refresh(refreshToken);
        expect(again.status, `${days} days off, at login`).to.equal(200);
      });
      const response = await refresh(account.refreshToken);
      expect(response.status, `${days} days off, before`).to.equal(200);
      await withClockOff(days * dayMs, async () => {
        const { refreshToken } = heldBy(await refresh(heldBy(response).refreshToken));
        account = { ...account, refreshToken };
      });
    }
    const [row] = await app.sql(
      `SELECT bool_and(expires_at BETWEEN now() + interval '13.9 days' AND now() + interval '14 days') AS is_right
       FROM sessions WHERE user_id = $1`,
      account.id,
    );
    expect(row).to.deep.equal({ is_right: true });
  });

  it('logs the reuse of a token once, even for concurrent requests', async () => {
    await rotatedTwice();
    await passGrace(app);
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
      expect(await refreshError(`rt_${forged.toString('base64url')}`)).to.equal('refresh_token_invalid');
    }
    const future = Buffer.from(bytes);
    future.writeUInt32BE(4_000_000_000, 16);
    const other = account.refreshToken;
    const altered = [`${other}A`, ` ${other}`, `${other}\n`, other.slice(1), other.replace('rt_', 'RT_')];
    for (const text of [`rt_${future.toString('base64url')}`, ...altered, 'abc', account.token.slice(0, 200)]) {
      expect(await refreshError(text), text).to.equal('refresh_token_invalid');
    }
    expect(await tokenError(app, account.token)).to.equal(undefined);
  });

  it('rejects a request without a token', async () => {
    for (const sent of [{}, { body: {} }, { body: { refresh_token: '' } }, { headers: { Cookie: 'theme=dark' } }]) {
      const response = await app.call('refreshTokens', sent);
      expect(response.body).to.include({ status_code: 401, code: 'refresh_token_missing' });
      expect(response.headers['www-authenticate']).to.equal('Bearer realm="smart-audit"');
    }
  });

  it('returns the same pair to fifty concurrent requests', async () => {
    const responses = await Promise.all(Array.from({ length: 50 }, () => refresh(account.refreshToken)));
    expect(responses.map((response) => response.status)).to.deep.equal(Array(50).fill(200));
    const tokens = new Set(responses.map((response) => heldBy(response).refreshToken));
    expect(tokens).to.have.property('size', 1);
    for (const response of responses) expect(await tokenError(app, heldBy(response).token)).to.equal(undefined);
    const rows = await app.sql('SELECT generation FROM sessions WHERE user_id = $1', account.id);
    expect(rows).to.deep.equal([{ generation: 1 }]);
  });

  it('rejects a session that was idle for too long or is too old', async () => {
    for (const column of ['expires_at', 'ends_at']) {
      const { id, refreshToken, token } = await signedInAccount(app);
      const change = `UPDATE sessions SET ${column} = now() - interval '1 second' WHERE user_id = $1`;
      await app.sql(change, id);
      if (column === 'ends_at') await refresh(refreshToken);
      expect(await refreshError(refreshToken), column).to.equal('refresh_token_invalid');
      expect(await tokenError(app, token), column).to.equal('session_ended');
    }
  });

  it('rejects a session after 14 idle days or after 90 days', async () => {
    const useAfter = async (time: string): Promise<string | undefined> => {
      const columns = ['created_at', 'last_used_at', 'expires_at', 'ends_at'];
      const changes = columns.map((column) => `${column} = ${column} - interval '${time}'`);
      await app.sql(`UPDATE sessions SET ${changes.join(', ')} WHERE user_id = $1`, account.id);
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
    await app.sql('UPDATE users SET is_active = false WHERE id = $1', account.id);
    expect(await refreshError(account.refreshToken)).to.equal('refresh_token_invalid');
  });

  it('stores nothing from which a token could be derived', async () => {
    const secret = Buffer.from(account.refreshToken.slice(3), 'base64url').subarray(20);
    const [row] = await app.sql('SELECT * FROM sessions WHERE user_id = $1', account.id);
    for (const value of Object.values(row!)) if (Buffer.isBuffer(value)) expect(value.equals(secret)).to.equal(false);
    expect(app.logText()).not.to.contain(account.refreshToken);
  });
});

describe('the refresh token as a cookie', () => {
  const page = 'https://app.example.com';
  let app: TestApp;
  before(async () => (app = await startTestApp({ CORS_ORIGINS: JSON.stringify([page]) })));
  after(() => app.close());

  /** Logs in and returns the access token, and the headers of a page that has the cookie. */
  async function logInWithCookie(): Promise<{ token: string; headers: { Cookie: string; Origin: string } }> {
    const asking = { headers: { Prefer: 'respond-async, refresh-cookie' } };
    const response = await logIn(app, await signedInAccount(app), asking);
    expect(response.body).not.to.have.property('refresh_token');
    expect(response.headers).to.have.property('preference-applied', 'refresh-cookie');
    return { token: heldBy(response).token, headers: { Cookie: cookieOf(response), Origin: page } };
  }

  function cookieOf(response: Response): string {
    const [field] = response.headers['set-cookie'] as unknown as [string];
    expect(field).to.match(/; Path=\/auth; HttpOnly; Secure; SameSite=Strict$/);
    return field.split(';')[0]!;
  }

  it('returns a new cookie and no refresh token in the body', async () => {
    const { headers } = await logInWithCookie();
    const response = await app.call('refreshTokens', { headers });
    expect(response.status).to.equal(200);
    expect(response.body).not.to.have.property('refresh_token');
    expect(cookieOf(response)).not.to.equal(headers.Cookie);
    const [field] = response.headers['set-cookie'] as unknown as [string];
    expect(Number(/Max-Age=(\d+)/.exec(field)?.[1])).to.be.within(14 * 86_400 - 60, 14 * 86_400);
  });

  it('logs out without an access token and removes the cookie', async () => {
    const { headers, token } = await logInWithCookie();
    const response = await app.call('logOut', { headers });
    expect(response.status).to.equal(204);
    expect(cookieOf(response)).to.equal('__Secure-refresh_token=');
    expect(await tokenError(app, token)).to.equal('session_ended');
    const again = await app.call('logOut', { headers });
    expect(again.body).to.include({ status_code: 401, code: 'refresh_token_invalid' });
  });

  for (const scope of ['current', 'others', 'all']) {
    it(`is ${scope === 'others' ? 'kept' : 'removed'} by a logout of the scope ${scope}`, async () => {
      const { headers, token } = await logInWithCookie();
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
      const { headers, token } = await logInWithCookie();
      const { Cookie } = headers;
      const origins: Record<string, string>[] = [{ Origin: 'https://evil.example' }, { Origin: 'null' }, {}];
      for (const origin of origins) {
        const response = await app.call(operationId, { headers: { Cookie, ...origin } });
        expect(response.body).to.include({ status_code: 403, code: 'origin_not_allowed' });
      }
      expect(await tokenError(app, token)).to.equal(undefined);
    });
  }

  it('ends no session once it was rotated twice', async () => {
    const { headers, token } = await logInWithCookie();
    const next = cookieOf(await app.call('refreshTokens', { headers }));
    await app.call('refreshTokens', { headers: { ...headers, Cookie: next } });
    await passGrace(app);
    expect(codeOf(await app.call('logOut', { headers }))).to.equal('refresh_token_invalid');
    expect(await tokenError(app, token)).to.equal(undefined);
  });

  it('does not refuse a caller who uses another credential, whatever it contains', async () => {
    for (const value of ['stray', 'x'.repeat(1000), '%00', '"', 'rt_', '']) {
      const headers = { Cookie: `__Secure-refresh_token=${value}`, Origin: `https://${'x'.repeat(400)}.example` };
      const { token, refreshToken } = await signedInAccount(app);
      const refreshed = await app.call('refreshTokens', { headers, body: { refresh_token: refreshToken } });
      expect(refreshed.status, value).to.equal(200);
      const response = await app.call('logOut', { token, headers });
      expect(response.status, value).to.equal(204);
      if (value) expect(cookieOf(response)).to.equal('__Secure-refresh_token=');
    }
  });

  it('stays when another session logs out', async () => {
    const [{ headers }, other] = [await logInWithCookie(), await signedInAccount(app)];
    const response = await app.call('logOut', { token: other.token, headers });
    expect(response.status).to.equal(204);
    expect(response.headers).not.to.have.property('set-cookie');
    expect((await app.call('refreshTokens', { headers })).status).to.equal(200);
  });

  it('is used if the token in the body is empty, and whatever the type of an empty body', async () => {
    const { headers } = await logInWithCookie();
    const response = await app.call('refreshTokens', { headers, body: { refresh_token: '' } });
    expect(response.status).to.equal(200);
    const form = { ...headers, Cookie: cookieOf(response), 'Content-Type': 'application/x-www-form-urlencoded' };
    const { status } = await fetch(`${app.url}/auth/refresh`, { method: 'POST', headers: form, body: '' });
    expect(status).to.equal(200);
  });

  it('is asked for among other preferences, however long', async () => {
    const Prefer = `other="${'x'.repeat(1000)}", refresh-cookie`;
    const response = await logIn(app, await signedInAccount(app), { headers: { Prefer } });
    expect(response.headers).to.have.property('preference-applied', 'refresh-cookie');
  });

  it('is refused as a wrong token, not as invalid input', async () => {
    for (const operationId of ['refreshTokens', 'logOut']) {
      const headers = { Cookie: `__Secure-refresh_token=${'x'.repeat(1000)}`, Origin: page };
      expect(codeOf(await app.call(operationId, { headers })), operationId).to.equal('refresh_token_invalid');
    }
  });

  it('counts beside an Authorization header of another scheme, such as that of a proxy', async () => {
    const { headers } = await logInWithCookie();
    const response = await app.call('logOut', { headers: { ...headers, Authorization: 'Basic YTpi' } });
    expect(response.status).to.equal(204);
  });

  it('ends the session of a page that lost the response to a refresh', async () => {
    const { headers, token } = await logInWithCookie();
    await app.call('refreshTokens', { headers });
    await passGrace(app);
    expect((await app.call('logOut', { headers })).status).to.equal(204);
    expect(await tokenError(app, token)).to.equal('session_ended');
  });

  it('is missing if the browser sends none or an empty one', async () => {
    for (const Cookie of ['theme=dark', '__Secure-refresh_token=']) {
      const response = await app.call('refreshTokens', { headers: { Origin: page, Cookie } });
      expect(response.body).to.include({ status_code: 401, code: 'refresh_token_missing' });
    }
  });

  it('does not replace an invalid access token', async () => {
    const { headers } = await logInWithCookie();
    const response = await app.call('logOut', { token: 'abc', headers });
    expect(response.body).to.include({ status_code: 401, code: 'token_malformed' });
  });
});
