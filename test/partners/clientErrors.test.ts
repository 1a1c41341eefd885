import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { expect } from 'chai';
import type { ApiError, Client } from '../../client/src/index.js';
import { signedInAdmin } from '../support/accounts.js';
import { installedClient, type InstalledClient } from '../support/clientPackage.js';
import { clientStage } from '../support/clientStage.js';
import { listen } from '../support/listen.js';
import { PrefixProxy } from '../support/prefixProxy.js';
import { startTestApp, type TestApp } from '../support/testApp.js';

/** The error that a call rejects with. */
async function errorOf(call: Promise<unknown>): Promise<ApiError> {
  return call.then(
    () => expect.fail('It did not fail.'),
    (error: unknown) => error as ApiError,
  );
}

describe('The client', () => {
  let app: TestApp;
  let module: InstalledClient['module'];
  before(async () => {
    app = await startTestApp();
    ({ module } = await installedClient());
  });
  after(() => app.close());

  describe('at the server', () => {
    it('turns a refusal into an ApiError with everything that it says', async () => {
      const { client, account } = await clientStage(app);
      const names = { first_name: 'Ada', last_name: 'Lovelace' };
      const error = await errorOf(client.signUp({ ...account, ...names }));
      expect(error).to.be.instanceOf(module.ApiError).and.instanceOf(Error);
      expect(error).to.include({ name: 'ApiError', code: 'email_taken', status: 409, retryAfter: undefined });
      expect(error.message).to.equal(error.detail).and.to.match(/\S/);
      expect(app.logLines(error.requestId)).not.to.deep.equal([]);
      expect(module.isApiError(error, 'email_taken')).to.equal(true);
      expect(module.isApiError(error, 'not_found')).to.equal(false);
      expect(module.isApiError(new Error('email_taken'))).to.equal(false);
    });

    it('says what is wrong with the input', async () => {
      const { client, account } = await clientStage(app);
      const error = await errorOf(client.signUp({ ...account, password: 'short', first_name: '', last_name: 'L' }));
      expect(error.code).to.equal('invalid_input');
      expect(error.errors.map(({ path }) => path)).to.include.members(['/body/password', '/body/first_name']);
    });

    it('lets the server refuse arguments that an operation does not have', async () => {
      const { client, account } = await clientStage(app);
      const wrong = { ...account, emial: 'a' };
      expect((await errorOf(client.logIn(wrong))).errors[0]?.path).to.equal('/body/emial');
      const page = { limti: 3 } as object;
      const inherited = { toString: 'a' } as object;
      expect((await errorOf(client.getOpenapiJson(inherited))).errors[0]?.path).to.equal('/query/toString');
      await client.auth.logIn(account);
      expect((await errorOf(client.listSessions(page))).errors[0]?.path).to.equal('/query/limti');
    });

    it('sends path, query, header and body', async () => {
      const admin = await signedInAdmin(app);
      const client = module.createClient({ baseUrl: app.url });
      await client.auth.logIn({ email: admin.email, password: admin.password });
      const { user } = (await client.signUp({
        email: 'a+b@example.com',
        password: 'correct horse battery staple',
        first_name: 'Ää',
        last_name: 'B',
      })) as { user: { id: string } };
      expect(await client.updateUser({ user_id: user.id, role: 'admin' })).to.include({
        role: 'admin',
        is_active: true,
      });
      const page = await client.listUsers({
        email_prefix: 'a+b@',
        is_active: true,
        created_from: '2026-01-01T00:00:00+01:00',
      });
      expect(page.items.map(({ first_name }) => first_name)).to.deep.equal(['Ää']);
      expect(await client.getOpenapiYaml()).to.match(/^openapi: /m);
      const { headers } = await fetch(`${app.url}/openapi.json`);
      expect(await client.getOpenapiJson({ if_none_match: headers.get('ETag')! })).to.equal(undefined);
      expect(await client.getDocsPage()).to.contain('<html');
      expect(await client.unlockUser({ user_id: user.id })).to.equal(undefined);
    });

    for (const id of ['', '.', '..', undefined, null]) {
      it(`refuses ${inspect(id)} in a path, before it sends anything`, async () => {
        const { client, sent } = await clientStage(app);
        const error = await errorOf(client.endSession({ session_id: id! }));
        expect(error).to.be.instanceOf(TypeError);
        expect(sent).to.deep.equal([]);
      });
    }

    it('keeps an id with a slash in its segment', async () => {
      const { client, sent } = await clientStage(app);
      await errorOf(client.getUser({ user_id: '../../x?y' }));
      expect(sent).to.deep.equal(['GET /api/v1/users/..%2F..%2Fx%3Fy']);
    });

    it('iterates over all pages, each when it is needed', async () => {
      const admin = await signedInAdmin(app);
      const { client, sent } = await clientStage(app);
      await client.auth.logIn({ email: admin.email, password: admin.password });
      const [{ count }] = (await app.sql('SELECT count(*) FROM users')) as [{ count: string }];
      sent.length = 0;
      const ids: string[] = [];
      for await (const user of client.listUsers.all({ limit: 2 })) ids.push(user.id);
      expect(new Set(ids)).to.have.property('size', Number(count));
      expect(sent).to.have.length(Math.ceil(Number(count) / 2));
      sent.length = 0;
      for await (const user of client.listUsers.all()) if (user.id === ids[0]) break;
      expect(sent).to.have.length(1);
    });

    it('works at a prefix, and with slashes at the end', async () => {
      const proxy = await PrefixProxy.start('/accounts');
      proxy.forwardTo(app.url);
      try {
        for (const baseUrl of [
          proxy.url,
          `${proxy.url}/`,
          `${proxy.url}//`,
          `${app.url}/`,
          `${app.url}?`,
          app.url.toUpperCase(),
        ]) {
          expect(await module.createClient({ baseUrl }).getLiveness(), baseUrl).to.include({ status: 'ok' });
        }
      } finally {
        proxy.close();
      }
    });
  });

  for (const baseUrl of [
    '',
    'api',
    '/accounts',
    'ftp://a',
    'http://me:geheim@a',
    'http://a?b',
    'http://a#b',
    undefined,
  ]) {
    it(`refuses the base URL ${inspect(baseUrl)}`, () => {
      expect(() => module.createClient({ baseUrl: baseUrl! }))
        .to.throw(TypeError, 'baseUrl must be')
        .with.property('message')
        .not.contain('geheim');
    });
  }

  describe('at a server that answers as the network does', () => {
    let server: Server;
    let client: Client;
    let requests: string[];
    let answer: (req: IncomingMessage, res: ServerResponse) => void;
    before(async () => {
      server = createServer((req, res) => {
        requests.push(`${req.method!} ${req.url!}`);
        answer(req, res);
      });
      const port = await listen(server);
      client = module.createClient({ baseUrl: `http://127.0.0.1:${port}` });
    });
    beforeEach(() => (requests = []));
    after(() => {
      server.closeAllConnections();
      server.close();
    });

    const ok = (res: ServerResponse): void =>
      void res.setHeader('Content-Type', 'application/json').end('{"status":"ok"}');
    const body = { detail: 'Wait.', status_code: 503, code: 'overloaded', request_id: 'one' };
    const refuse = (res: ServerResponse, status: number, retryAfter?: string): void => {
      if (retryAfter !== undefined) res.setHeader('Retry-After', retryAfter);
      res
        .writeHead(status, { 'Content-Type': 'application/json' })
        .end(JSON.stringify({ ...body, status_code: status }));
    };

    for (const status of [429, 503]) {
      it(`retries a GET after ${status}, as Retry-After says`, async () => {
        answer = (_req, res) => (requests.length < 3 ? refuse(res, status, '1') : ok(res));
        const begunAt = performance.now();
        expect(await client.getLiveness()).to.deep.equal({ status: 'ok' });
        expect(performance.now() - begunAt).to.be.within(1990, 4000);
        expect(requests).to.have.length(3);
      });
    }

    it('retries three times at most', async () => {
      answer = (_req, res) => refuse(res, 503, '0');
      expect(await errorOf(client.getLiveness())).to.include({ code: 'overloaded', status: 503, retryAfter: 0 });
      expect(requests).to.have.length(4);
    });

    it('understands a date in Retry-After', async () => {
      answer = (_req, res) => refuse(res, 503, new Date(Date.now() + 3_600_000).toUTCString());
      expect((await errorOf(client.getLiveness())).retryAfter).to.be.within(3598, 3600);
    });

    it('retries a DELETE, and no POST or PATCH', async () => {
      answer = (req, res) => {
        if (req.method === 'DELETE' && requests.length > 1) res.writeHead(204).end();
        else refuse(res, 503, '0');
      };
      await client.endSession({ session_id: 'x' });
      expect(requests).to.have.length(2);
      const credentials = { email: 'a@example.com', password: 'a password' };
      for (const call of [() => client.logIn(credentials), () => client.updateCurrentUser({ first_name: 'A' })]) {
        requests = [];
        expect((await errorOf(call())).status).to.equal(503);
        expect(requests).to.have.length(1);
      }
    });

    it('retries no 500, no answer without Retry-After, and waits for none of more than 30 seconds', async () => {
      for (const [status, retryAfter] of [
        [500, '0'],
        [503, undefined],
        [503, 'soon'],
        [503, '-5'],
        [503, '1.5'],
        [429, '31'],
      ] as const) {
        requests = [];
        answer = (_req, res) => refuse(res, status, retryAfter);
        await errorOf(client.getLiveness({}, { timeout: Infinity }));
        expect(requests, `${status} ${retryAfter ?? ''}`).to.have.length(1);
      }
    });

    it('does not wait for a retry that would come too late', async () => {
      answer = (_req, res) => refuse(res, 429, '5');
      const begunAt = performance.now();
      expect((await errorOf(client.getLiveness({}, { timeout: 2000 }))).retryAfter).to.equal(5);
      expect(performance.now() - begunAt).to.be.below(1500);
    });

    it('can be aborted while it waits for a retry', async () => {
      answer = (_req, res) => refuse(res, 429, '20');
      const reason = new Error('Enough.');
      const controller = new AbortController();
      setTimeout(() => controller.abort(reason), 100);
      const begunAt = performance.now();
      expect(await errorOf(client.getLiveness({}, { signal: controller.signal }))).to.equal(reason);
      expect(performance.now() - begunAt).to.be.below(5000);
      expect(requests).to.have.length(1);
    });

    it('passes an AbortError through', async () => {
      answer = () => undefined;
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 50);
      const error = await errorOf(client.getLiveness({}, { signal: controller.signal }));
      expect(error.name).to.equal('AbortError');
      expect(module.isApiError(error)).to.equal(false);
      requests = [];
      expect((await errorOf(client.getLiveness({}, { signal: AbortSignal.abort() }))).name).to.equal('AbortError');
      expect(requests).to.deep.equal([]);
    });

    it('lets many calls have one signal, without a warning of Node.js', async () => {
      answer = () => undefined;
      const warnings: Error[] = [];
      const listener = (warning: Error): unknown => warnings.push(warning);
      process.on('warning', listener);
      const controller = new AbortController();
      const calls = Array.from({ length: 20 }, () => errorOf(client.getLiveness({}, { signal: controller.signal })));
      setTimeout(() => controller.abort(), 100);
      const names = (await Promise.all(calls)).map(({ name }) => name);
      process.off('warning', listener);
      expect(names).to.deep.equal(Array<string>(20).fill('AbortError'));
      expect(warnings).to.deep.equal([]);
    });

    it('ends a call that takes too long, also when only the body does not end', async () => {
      for (const silence of [() => undefined, (_req: unknown, res: ServerResponse) => res.writeHead(200).write('{')]) {
        answer = (req, res) => void silence(req, res);
        const error = await errorOf(client.getLiveness({}, { timeout: 100 }));
        expect(error).to.include({ code: 'timeout', status: 0 });
        expect(module.isApiError(error, 'timeout')).to.equal(true);
      }
    });

    const strangers: [string, number, string, string][] = [
      ["a proxy's page", 502, 'text/html', '<h1>Bad Gateway</h1> geheim'],
      ["a proxy's JSON", 504, 'application/json', '{"message":"geheim"}'],
      ['a login page', 200, 'text/html', '<form>geheim</form>'],
      ['a 401 page', 401, 'text/html', 'geheim'],
      ['half of an answer', 200, 'application/json', '{"status":'],
      ['a JSON text', 200, 'application/json', '"geheim"'],
      ['nothing', 200, 'application/json', ''],
    ];
    for (const [what, status, type, text] of strangers) {
      it(`calls ${what} an unexpected answer, and does not repeat it`, async () => {
        answer = (_req, res) => res.writeHead(status, { 'Content-Type': type }).end(text);
        const error = await errorOf(client.getLiveness());
        expect(error).to.include({ code: 'unexpected_answer', status });
        expect(inspect(error)).not.to.contain('geheim');
      });
    }

    it('calls a page in place of an empty answer an unexpected answer', async () => {
      answer = (_req, res) => res.writeHead(200, { 'Content-Type': 'text/html' }).end('<form>');
      expect((await errorOf(client.endSession({ session_id: 'x' }))).code).to.equal('unexpected_answer');
    });

    it('follows no redirect: a password goes to nobody else', async () => {
      answer = (req, res) =>
        req.url === '/elsewhere' ? ok(res) : res.writeHead(307, { Location: '/elsewhere' }).end();
      const error = await errorOf(client.logIn({ email: 'a@example.com', password: 'geheim' }));
      expect(error.code).to.equal('network_error');
      expect(requests).to.deep.equal(['POST /auth/login']);
    });

    it('keeps the cause of a network error, and nothing that was sent', async () => {
      answer = (req) => req.socket.destroy();
      const error = await errorOf(client.logIn({ email: 'ada@example.com', password: 'geheim' }));
      expect(error).to.include({ code: 'network_error', status: 0 });
      expect(error.cause).to.be.instanceOf(TypeError);
      expect(inspect(error, { depth: 9, showHidden: true })).not.to.match(/geheim|ada@example/);
    });
  });
});
