import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import type { ApiError, SessionPage } from '../../client/src/index.js';
import { heldBy, logIn } from '../support/accounts.js';
import { answered, clientStage, type ClientStage } from '../support/clientStage.js';
import { startTestApp, type TestApp } from '../support/testApp.js';

/** The error that a call rejects with. */
async function errorOf(call: Promise<unknown>): Promise<ApiError> {
  return call.then(
    () => expect.fail('It did not fail.'),
    (error: unknown) => error as ApiError,
  );
}

const isRefresh = (request: Request): boolean => request.url.endsWith('/auth/refresh');
const offline = (): Promise<Response> => Promise.reject(new TypeError('fetch failed'));

describe("The client's session", () => {
  let app: TestApp;
  before(async () => (app = await startTestApp()));
  after(() => app.close());

  /** A client that is logged in. */
  async function loggedIn(options?: Parameters<typeof clientStage>[1]): Promise<ClientStage> {
    const stage = await clientStage(app, options);
    await stage.client.auth.logIn(stage.account);
    stage.sent.length = 0;
    return stage;
  }

  /** Ends the sessions of the account from another device. */
  async function endElsewhere({ account }: ClientStage): Promise<void> {
    const { token } = heldBy(await logIn(app, account));
    await app.call('logOut', { token, body: { scope: 'all' } });
  }

  const sessionsOf = async ({ account }: ClientStage): Promise<number> => {
    const { token } = heldBy(await logIn(app, account));
    const page = await app.call('listSessions', { token });
    return (page.body as SessionPage).items.length - 1;
  };

  it('sends the access token of a login', async () => {
    const { client, account } = await loggedIn();
    expect(await client.getCurrentUser()).to.include({ email: account.email });
  });

  it('shows who is logged in, and no tokens', async () => {
    const { client, account } = await clientStage(app);
    const answer = await client.auth.logIn(account);
    expect(Object.keys(answer)).to.have.members(['user', 'session_id']);
    expect(JSON.stringify(client)).not.to.contain('rt_');
    expect((await client.listSessions()).items[0]).to.include({ id: answer.session_id, current: true });
  });

  it('sends no token before a login', async () => {
    const { client, sent, ended } = await clientStage(app);
    expect(await errorOf(client.getCurrentUser())).to.include({ code: 'token_missing', status: 401 });
    expect(sent).to.deep.equal(['GET /api/v1/users/me']);
    expect(ended).to.deep.equal([]);
  });

  it('refreshes once for 50 parallel calls with an expired token', async () => {
    const stage = await loggedIn();
    await stage.expireToken();
    const before = await answered(app, 'refreshTokens', 200);
    const users = await Promise.all(Array.from({ length: 50 }, () => stage.client.getCurrentUser()));
    expect(users.map(({ email }) => email)).to.deep.equal(Array<string>(50).fill(stage.account.email));
    expect(stage.sent.filter((line) => line === 'POST /auth/refresh')).to.have.length(1);
    expect((await answered(app, 'refreshTokens', 200)) - before).to.equal(1);
    expect(stage.ended).to.deep.equal([]);
  });

  it('carries out a POST once, whose token had to be refreshed', async () => {
    const stage = await loggedIn();
    await stage.expireToken();
    const current_password = stage.account.password;
    await stage.client.changePassword({ current_password, new_password: 'another battery staple' });
    await stage.client.auth.logIn({ ...stage.account, password: 'another battery staple' });
  });

  it('refreshes a token before it expires', async () => {
    const stage = await clientStage(app);
    stage.disturb(async (request, send) => {
      const response = await send(request);
      if (!request.url.endsWith('/auth/login')) return response;
      return Response.json({ ...((await response.json()) as object), expires_in: 9 });
    });
    await stage.client.auth.logIn(stage.account);
    await Promise.all([stage.client.getCurrentUser(), stage.client.listSessions()]);
    expect(stage.sent.slice(0, 2)).to.deep.equal(['POST /auth/login', 'POST /auth/refresh']);
    expect(stage.sent).to.have.length(4);
  });

  it('sends a token that is about to expire if the refresh fails', async () => {
    const stage = await clientStage(app);
    stage.disturb(async (request, send) => {
      if (isRefresh(request)) return offline();
      const response = await send(request);
      if (!request.url.endsWith('/auth/login')) return response;
      return Response.json({ ...((await response.json()) as object), expires_in: 9 });
    });
    await stage.client.auth.logIn(stage.account);
    expect((await stage.client.getCurrentUser()).email).to.equal(stage.account.email);
  });

  it('survives a refresh that fails for lack of a network', async () => {
    const stage = await loggedIn();
    await stage.expireToken();
    stage.disturb((request, send) => (isRefresh(request) ? delay(200).then(offline) : send(request)));
    const errors = await Promise.all(Array.from({ length: 5 }, () => errorOf(stage.client.getCurrentUser())));
    expect(errors.map(({ code }) => code)).to.deep.equal(Array<string>(5).fill('network_error'));
    expect(stage.sent.filter((line) => line === 'POST /auth/refresh').length).to.equal(1);
    expect(stage.ended).to.deep.equal([]);
    stage.calm();
    expect((await stage.client.getCurrentUser()).email).to.equal(stage.account.email);
  });

  it('survives that the answer of a refresh is lost', async () => {
    const stage = await loggedIn();
    await stage.expireToken();
    let isLost = true;
    stage.disturb(async (request, send) => {
      const response = await send(request);
      return isRefresh(request) && isLost ? offline() : response;
    });
    expect((await errorOf(stage.client.getCurrentUser())).code).to.equal('network_error');
    isLost = false;
    expect((await stage.client.getCurrentUser()).email).to.equal(stage.account.email);
  });

  it('survives a refresh that the server cannot answer now, and repeats it', async () => {
    const stage = await loggedIn();
    await stage.expireToken();
    let refreshes = 0;
    stage.disturb((request, send) => {
      if (!isRefresh(request) || (refreshes += 1) > 2) return send(request);
      return Promise.resolve(refusal('database_unavailable', 503, { 'Retry-After': '0' }));
    });
    expect((await stage.client.updateCurrentUser({ first_name: 'Ada' })).first_name).to.equal('Ada');
    expect(refreshes).to.equal(3);
  });

  it('repeats a refresh three times at most, also for a GET', async () => {
    const stage = await loggedIn();
    await stage.expireToken();
    stage.disturb((request, send) =>
      isRefresh(request) ? Promise.resolve(refusal('overloaded', 503, { 'Retry-After': '0' })) : send(request),
    );
    expect((await errorOf(stage.client.getCurrentUser())).code).to.equal('overloaded');
    expect(stage.sent.filter((line) => line === 'POST /auth/refresh')).to.have.length(4);
    expect(stage.ended).to.deep.equal([]);
  });

  for (const code of ['token_signature_invalid', 'token_expired', 'token_malformed', 'token_issuer_invalid']) {
    it(`refreshes after ${code}`, async () => {
      const stage = await loggedIn();
      let isRefused = true;
      stage.disturb((request, send) => {
        if (!isRefused || isRefresh(request)) return send(request);
        isRefused = false;
        return Promise.resolve(refusal(code));
      });
      await stage.client.getCurrentUser();
      expect(stage.sent).to.deep.equal(['GET /api/v1/users/me', 'POST /auth/refresh', 'GET /api/v1/users/me']);
    });
  }

  it('refreshes once when a fresh token is refused too', async () => {
    const stage = await loggedIn();
    stage.disturb((request, send) => (isRefresh(request) ? send(request) : Promise.resolve(refusal('token_expired'))));
    expect((await errorOf(stage.client.getCurrentUser())).code).to.equal('token_expired');
    expect(stage.sent).to.have.length(3);
    expect(stage.ended).to.deep.equal([]);
  });

  it('tells once that the session has ended elsewhere, and sends no token from then on', async () => {
    const stage = await loggedIn();
    await endElsewhere(stage);
    const errors = await Promise.all(Array.from({ length: 10 }, () => errorOf(stage.client.getCurrentUser())));
    expect(errors.map(({ code }) => code)).to.include('session_ended');
    expect(stage.ended.map(({ code }) => code)).to.deep.equal(['session_ended']);
    expect((await errorOf(stage.client.getCurrentUser())).code).to.equal('token_missing');
    expect(stage.sent).not.to.include('POST /auth/refresh');
  });

  it('tells it when the refresh learns of it', async () => {
    const stage = await loggedIn();
    await stage.expireToken();
    await endElsewhere(stage);
    const errors = await Promise.all(Array.from({ length: 10 }, () => errorOf(stage.client.getCurrentUser())));
    expect(new Set(errors.map(({ code }) => code))).to.deep.equal(new Set(['refresh_token_invalid']));
    expect(stage.ended.map(({ code }) => code)).to.deep.equal(['refresh_token_invalid']);
  });

  it('tells it when the account has been deactivated', async () => {
    const stage = await loggedIn();
    await app.sql('UPDATE users SET is_active = false WHERE email = $1', stage.account.email);
    await errorOf(stage.client.getCurrentUser());
    expect(stage.ended.map(({ code }) => code)).to.deep.equal(['token_user_invalid']);
  });

  it('tells nobody who has stopped listening, and lets no listener break a call', async () => {
    const stage = await loggedIn();
    const told: string[] = [];
    const listener = ({ code }: ApiError): unknown => told.push(code);
    const stop = stage.client.auth.onSessionEnded(listener);
    stage.client.auth.onSessionEnded(listener);
    stop();
    stop();
    await endElsewhere(stage);
    await errorOf(stage.client.getCurrentUser());
    expect(told).to.deep.equal(['session_ended']);
  });

  it('can log in again after the session has ended', async () => {
    const stage = await loggedIn();
    await endElsewhere(stage);
    await errorOf(stage.client.getCurrentUser());
    await stage.client.auth.logIn(stage.account);
    expect((await stage.client.getCurrentUser()).email).to.equal(stage.account.email);
  });

  it('logs out: the session ends at the server, and no event tells it', async () => {
    const stage = await loggedIn();
    await stage.client.auth.logOut();
    expect(await sessionsOf(stage)).to.equal(0);
    expect((await errorOf(stage.client.getCurrentUser())).code).to.equal('token_missing');
    expect(await stage.client.auth.restore()).to.equal(undefined);
    expect(stage.ended).to.deep.equal([]);
  });

  it('logs out with an expired token', async () => {
    const stage = await loggedIn();
    await stage.expireToken();
    await stage.client.auth.logOut();
    expect(stage.sent).to.deep.equal(['POST /auth/logout', 'POST /auth/refresh', 'POST /auth/logout']);
    expect(await sessionsOf(stage)).to.equal(0);
  });

  it('logs out of a session that has ended already, and without any', async () => {
    const stage = await loggedIn();
    await endElsewhere(stage);
    await stage.client.auth.logOut();
    await stage.client.auth.logOut();
    expect(stage.ended).to.deep.equal([]);
  });

  it('is still logged in when a logout fails', async () => {
    const stage = await loggedIn();
    stage.disturb(offline);
    expect((await errorOf(stage.client.auth.logOut())).code).to.equal('network_error');
    stage.calm();
    await stage.client.getCurrentUser();
    await stage.client.auth.logOut();
    expect(await sessionsOf(stage)).to.equal(0);
  });

  it('stays logged in when it ends the other sessions', async () => {
    const stage = await loggedIn();
    await logIn(app, stage.account);
    await stage.client.auth.logOut({ scope: 'others' });
    await stage.client.getCurrentUser();
    expect(await sessionsOf(stage)).to.equal(1);
  });

  it('does not claim to have ended other sessions when its own has ended', async () => {
    const stage = await loggedIn();
    await endElsewhere(stage);
    await logIn(app, stage.account);
    expect((await errorOf(stage.client.auth.logOut({ scope: 'all' }))).code).to.equal('session_ended');
    await errorOf(stage.client.getCurrentUser());
    stage.sent.length = 0;
    for (const scope of ['others', 'all'] as const) {
      expect((await errorOf(stage.client.auth.logOut({ scope }))).code).to.equal('token_missing');
    }
    await stage.client.auth.logOut();
    expect(stage.sent).to.deep.equal([]);
  });

  it('is logged out after a logout that came while a refresh was running', async () => {
    const stage = await loggedIn();
    await stage.expireToken();
    let refreshes = 0;
    stage.disturb(async (request, send) => {
      const isFirst = isRefresh(request) && (refreshes += 1) === 1;
      const response = await send(request);
      if (isFirst) await delay(500);
      return response;
    });
    const calls = Array.from({ length: 5 }, () => stage.client.getCurrentUser().catch(() => undefined));
    await delay(50);
    await stage.client.auth.logOut();
    await Promise.all(calls);
    expect(await sessionsOf(stage)).to.equal(0);
    expect((await errorOf(stage.client.getCurrentUser())).code).to.equal('token_missing');
    expect(stage.ended).to.deep.equal([]);
  });

  it('replaces the session by a second login, and ends it', async () => {
    const stage = await loggedIn();
    await stage.client.auth.logIn(stage.account);
    expect(await sessionsOf(stage)).to.equal(1);
    await stage.client.getCurrentUser();
    expect(stage.ended).to.deep.equal([]);
  });

  it('keeps the session when a second login fails', async () => {
    const stage = await loggedIn();
    const error = await errorOf(stage.client.auth.logIn({ ...stage.account, password: 'a wrong one' }));
    expect(error.code).to.equal('invalid_credentials');
    await stage.client.getCurrentUser();
  });

  it('is not ended by the late refusal of an earlier session', async () => {
    const stage = await loggedIn();
    stage.disturb(async (request, send) => {
      if (request.url.endsWith('/users/me')) await delay(300);
      return send(request);
    });
    const late = errorOf(stage.client.getCurrentUser());
    await delay(50);
    await stage.client.auth.logIn(stage.account);
    expect((await late).code).to.equal('session_ended');
    expect(stage.ended).to.deep.equal([]);
    expect((await stage.client.getCurrentUser()).email).to.equal(stage.account.email);
  });

  for (const lifetime of [900, 0]) {
    it(`does not carry out a call as the person who logs in meanwhile, with a token of ${lifetime} seconds`, async () => {
      const stage = await clientStage(app);
      const other = await clientStage(app);
      stage.disturb(async (request, send) => {
        if (isRefresh(request)) await delay(200);
        const isLate = request.method === 'PATCH' && lifetime > 0;
        if (isLate) await delay(200);
        const response = await send(request);
        if (isLate) return refusal('token_expired');
        if (!request.url.endsWith('/auth/login') || !response.ok) return response;
        return Response.json({ ...((await response.json()) as object), expires_in: lifetime });
      });
      await stage.client.auth.logIn(stage.account);
      const login = stage.client.auth.logIn(other.account);
      const call = errorOf(stage.client.updateCurrentUser({ first_name: 'Mallory' }));
      await login;
      expect((await call).code).to.equal('user_changed');
      expect(stage.ended).to.deep.equal([]);
      expect(await stage.client.getCurrentUser()).to.include({ email: other.account.email, first_name: 'Grace' });
    });
  }

  it('lets a call be aborted while it waits for a refresh, which goes on for the others', async () => {
    const stage = await loggedIn();
    await stage.expireToken();
    stage.disturb(async (request, send) => {
      if (isRefresh(request)) await delay(300);
      return send(request);
    });
    const controller = new AbortController();
    const aborted = errorOf(stage.client.getCurrentUser({}, { signal: controller.signal }));
    const late = errorOf(stage.client.getCurrentUser({}, { timeout: 100 }));
    const other = stage.client.getCurrentUser();
    await delay(50);
    controller.abort();
    expect((await aborted).name).to.equal('AbortError');
    expect((await late).code).to.equal('timeout');
    expect((await other).email).to.equal(stage.account.email);
    expect(stage.sent.filter((line) => line === 'POST /auth/refresh')).to.have.length(1);
  });

  describe('with a store', () => {
    /** A store, and what it contains. */
    function memory(): {
      held: string | undefined;
      read(): Promise<string | undefined>;
      write(token?: string): Promise<void>;
    } {
      return {
        held: undefined,
        async read() {
          await delay(1);
          return this.held;
        },
        async write(token) {
          await delay(1);
          this.held = token;
        },
      };
    }

    it('continues the session in another client', async () => {
      const store = memory();
      const { account } = await loggedIn({ refreshToken: store });
      const { client } = await clientStage(app, { refreshToken: store });
      expect((await client.auth.restore())?.user).to.include({ email: account.email });
      expect((await client.getCurrentUser()).email).to.equal(account.email);
    });

    it('continues it without restore, by the first call', async () => {
      const store = memory();
      const { account } = await loggedIn({ refreshToken: store });
      const { client } = await clientStage(app, { refreshToken: store });
      expect((await client.getCurrentUser()).email).to.equal(account.email);
    });

    it('has the token of the latest refresh, and none after a logout', async () => {
      const store = memory();
      const stage = await loggedIn({ refreshToken: store });
      const first = store.held;
      expect(first).to.match(/^rt_/);
      await stage.client.auth.restore();
      expect(store.held).to.match(/^rt_/).and.not.to.equal(first);
      await stage.client.auth.logOut();
      expect(store.held).to.equal(undefined);
    });

    it('tells it when another client with the store has logged out', async () => {
      const store = memory();
      const { client } = await loggedIn({ refreshToken: store });
      const stage = await clientStage(app, { refreshToken: store });
      await stage.client.auth.restore();
      await stage.expireToken();
      await client.auth.logOut();
      const errors = await Promise.all(Array.from({ length: 5 }, () => errorOf(stage.client.getCurrentUser())));
      expect(new Set(errors.map(({ code }) => code))).to.deep.equal(new Set(['refresh_token_missing']));
      expect(stage.ended.map(({ code }) => code)).to.deep.equal(['refresh_token_missing']);
    });

    it('leaves the token of a session that another client with the store has begun', async () => {
      const store = memory();
      const { client, account } = await loggedIn({ refreshToken: store });
      const stage = await clientStage(app, { refreshToken: store });
      await stage.client.auth.restore();
      await client.auth.logOut();
      await client.auth.logIn(account);
      expect((await errorOf(stage.client.getCurrentUser())).code).to.equal('session_ended');
      expect(stage.ended.map(({ code }) => code)).to.deep.equal(['session_ended']);
      expect((await stage.client.auth.restore())?.user.email).to.equal(account.email);
    });

    it('leaves the token of another person who has logged in with another client', async () => {
      const store = memory();
      const stage = await loggedIn({ refreshToken: store });
      const { client, account } = await loggedIn({ refreshToken: store });
      await stage.expireToken();
      expect((await errorOf(stage.client.getCurrentUser())).code).to.equal('user_changed');
      expect(stage.ended.map(({ code }) => code)).to.deep.equal(['user_changed']);
      expect((await client.auth.restore())?.user.email).to.equal(account.email);
    });

    for (const [what, token] of [
      ['a token of a session that has ended', `rt_${'A'.repeat(70)}`],
      ['something that is no token', 'x y'],
    ] as const) {
      it(`removes ${what}`, async () => {
        const store = memory();
        store.held = token;
        const stage = await clientStage(app, { refreshToken: store });
        expect(await stage.client.auth.restore()).to.equal(undefined);
        expect(store.held).to.equal(undefined);
        expect(stage.ended).to.deep.equal([]);
      });
    }

    it('rejects with the error of a store that fails', async () => {
      const failing = new Error('The disk is full.');
      const write = (): Promise<void> => Promise.reject(failing);
      const { client, account } = await clientStage(app, { refreshToken: { read: () => undefined, write } });
      expect(await errorOf(client.auth.logIn(account))).to.equal(failing);
      expect((await errorOf(client.getCurrentUser())).code).to.equal('token_missing');
    });
  });
});

function refusal(code: string, status = 401, headers: Record<string, string> = {}): Response {
  const body = { detail: 'Refused.', status_code: status, code, request_id: 'one' };
  return Response.json(body, { status, headers });
}
