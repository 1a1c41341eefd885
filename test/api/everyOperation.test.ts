import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import type { Api } from '../../src/api/openapi/router.js';
import { forgedToken, refusedTokens } from '../support/accessTokens.js';
import { signedInAccount, signedInAdmin, type TestAccount } from '../support/accounts.js';
import {
  describedOperation,
  describedOperations,
  documentedCodes,
  exampleBody,
  examplePath,
} from '../support/contract.js';
import { startTestApp, type Sent, type TestApp } from '../support/testApp.js';

const nobody = { id: '0198c6a4-6f0e-7c3b-9d55-2f6f4f0c8a11', sessionId: '0198c6a4-6f0e-7c3b-9d55-2f6f4f0c8a22' };
const operations = [...describedOperations().values()].map(({ operation }) => operation);
const ids = operations.map(({ operationId }) => operationId);
const idsOf = (those: (operation: (typeof operations)[number]) => unknown): string[] =>
  operations.filter(those).map(({ operationId }) => operationId);
const secured = idsOf(({ security }) => security === undefined || security.some(({ bearerAuth }) => bearerAuth));
const withRole = idsOf((operation) => operation['x-required-role']);
const withBody = idsOf(({ requestBody }) => requestBody);
const requiringBody = idsOf(({ requestBody }) => requestBody?.required);
const limited = idsOf(({ responses }) => responses['429']);
const withDatabase = ids.filter((id) => documentedCodes(id, '503').includes('database_unavailable'));

/** Parameters of `application/json` that leave it UTF-8. */
const jsonParameters = [
  ...['; charset=utf-8', ';CHARSET="UTF-8"', '; charset = utf-8', '; charset=utf8', ';', '; ;'],
  ...['; v=1.0; charset=utf-8', '; charset=utf-8; v=1.0', '; profile="a;charset=x\\";b"; v=1', '; charset-like=x'],
];

const otherCharsets = [
  ...['; charset=koi8-r', '; v=1; charset=koi8-r', '; charset=utf-8; charset=koi8-r', '; v="1"; charset="utf-16"'],
  ...['; charset=', '; charset="utf-8', '; v="1;" ; charset=utf-88'],
];

/** A call that matches the description. */
function valid(operationId: string, token: string): Sent {
  const body = exampleBody(operationId);
  const path = examplePath(operationId);
  return { path, ...(body && { body }), ...(secured.includes(operationId) && { token }) };
}

describe('every operation', () => {
  let app: TestApp;
  let account: TestAccount;
  before(async () => {
    app = await startTestApp();
    account = await signedInAdmin(app);
  });
  after(() => app.close());

  for (const id of ids) {
    it(`rejects and names an unknown query parameter in ${id}`, async () => {
      const response = await app.call(id, { ...valid(id, account.token), query: { 'surprise/~': '1' } });
      expect(response.body).to.nested.include({ status_code: 400, 'errors.length': 1 });
      expect(response.body).to.nested.include({ code: 'invalid_input', 'errors[0].path': '/query/surprise~1~0' });
    });
  }

  for (const id of secured) {
    it(`rejects a caller without a bearer token in ${id}`, async () => {
      const response = await app.call(id, valid(id, ''));
      expect(response.body).to.include({ status_code: 401, code: 'token_missing' });
      expect(response.headers).to.have.property('www-authenticate', 'Bearer realm="smart-audit"');
    });

    it(`rejects every kind of invalid token in ${id} with its code`, async () => {
      for (const [why, code, token] of refusedTokens(app.key, account)) {
        const response = await app.call(id, { ...valid(id, token) });
        expect(response.body, why).to.include({ status_code: 401, code });
        expect(response.headers['www-authenticate'], why).to.equal('Bearer realm="smart-audit", error="invalid_token"');
      }
    });

    it(`rejects the token of a deactivated account in ${id}`, async () => {
      const inactive = await signedInAdmin(app);
      await app.sql('UPDATE users SET is_active = false WHERE id = $1', inactive.id);
      const response = await app.call(id, valid(id, inactive.token));
      expect(response.body).to.include({ status_code: 401, code: 'token_user_invalid' });
    });
  }

  for (const id of withRole) {
    it(`rejects a caller without the role in ${id}`, async () => {
      const { token } = await signedInAccount(app);
      const response = await app.call(id, valid(id, token));
      expect(response.body).to.include({ status_code: 403, code: 'forbidden' });
    });
  }

  for (const id of withBody) {
    const json = { 'Content-Type': 'application/json' };
    const send = async (body?: unknown, headers: Record<string, string> = json): Promise<object> =>
      (await app.call(id, { ...valid(id, account.token), body, headers })).body as object;

    it(`rejects malformed JSON in ${id}`, async () => {
      for (const body of ['{', '{"a":', '\u0000', '{"a": 1,}', "{'a': 1}"]) {
        expect(await send(body), body).to.include({ status_code: 400, code: 'malformed_json' });
      }
    });

    it(`rejects JSON in ${id} that is not an object, and a missing body`, async () => {
      const missing: [body?: string, headers?: Record<string, string>][] = [
        ['{}'],
        [''],
        [],
        [undefined, {}],
        [undefined, { 'Content-Length': '0' }],
      ];
      for (const sent of requiringBody.includes(id) ? missing : []) {
        const answer = await send(...sent);
        expect(answer, JSON.stringify(sent)).to.include({ status_code: 400, code: 'invalid_input' });
        expect(answer).to.have.property('errors').with.length.above(0);
      }
      for (const body of ['[]', '[{}]', 'null', 'true', '0', '""', '"text"']) {
        const errors = [{ path: '/body', message: 'must be object' }];
        expect(await send(body), body).to.deep.include({ status_code: 400, errors });
      }
    });

    it(`names unknown fields in ${id} by JSON pointers`, async () => {
      const body = { ...(valid(id, '').body as object), 'a/b': 1, 'c~d': 1 };
      type Answer = { errors: { path: string }[] };
      const { errors } = (await send(body)) as Answer;
      expect(errors.map(({ path }) => path)).to.have.members(['/body/a~1b', '/body/c~0d']);
      const { errors: ofEmptyName } = (await send({ ...(valid(id, '').body as object), '': 1 })) as Answer;
      expect(ofEmptyName.map(({ path }) => path)).to.deep.equal(['/body/']);
    });

    it(`accepts any parameters of JSON in UTF-8 in ${id}`, async () => {
      for (const parameters of jsonParameters) {
        const headers = { 'Content-Type': `application/json${parameters}` };
        expect(await send('{', headers), parameters).to.include({ status_code: 400, code: 'malformed_json' });
      }
    });

    it(`rejects a body of another type in ${id}`, async () => {
      const refused = { status_code: 415, code: 'unsupported_media_type' };
      const form = 'application/x-www-form-urlencoded';
      const charsets = otherCharsets.map((parameters) => `application/json${parameters}`);
      for (const type of ['text/plain', form, 'application/jsonx', 'nonsense', ...charsets]) {
        expect(await send('{}', { 'Content-Type': type }), type).to.include(refused);
      }
      expect(await send('{}', { ...json, 'Content-Encoding': 'nonsense' })).to.include(refused);
    });

    it(`rejects a body over 100 kB in ${id}, even if it is small when compressed`, async () => {
      const large = JSON.stringify({ text: 'x'.repeat(101 * 1024) });
      expect(await send(large)).to.include({ status_code: 413, code: 'body_too_large' });
      const { method, path } = describedOperation(id);
      const compressed = await fetch(app.url + path, {
        method,
        headers: { ...json, 'Content-Encoding': 'gzip', Authorization: `Bearer ${account.token}` },
        body: gzipSync(large),
      });
      expect(compressed.status).to.equal(413);
    });
  }
});

describe('every operation, after an unexpected error', () => {
  let app: TestApp;
  before(async () => {
    const fail = async (): Promise<never> => {
      throw new Error('the secret reason of a failure');
    };
    const authenticate = async (): Promise<never> => ({ user: { role: 'admin' } }) as never;
    const failing = (): Api => ({
      handlers: Object.fromEntries(ids.map((id) => [id, fail])) as unknown as Api['handlers'],
      authenticators: { bearerAuth: authenticate, refreshCookie: authenticate },
    });
    app = await startTestApp({}, failing);
  });
  after(() => app.close());

  for (const id of ids) {
    it(`answers 500 in ${id} with a request_id, and logs the reason`, async () => {
      const response = await app.call(id, valid(id, forgedToken(app.key, nobody)));
      expect(response.body).to.have.all.keys('detail', 'status_code', 'code', 'request_id');
      expect(response.body).to.include({ status_code: 500, code: 'internal_error' });
      expect(response.text).not.to.contain('secret reason');
      const { request_id: requestId } = response.body as { request_id: string };
      const lines = app.logLines(requestId).filter(({ level }) => level === 'error');
      expect(JSON.stringify(lines)).to.contain('the secret reason of a failure');
    });
  }
});

describe('every operation that needs the database, without one', () => {
  let app: TestApp;
  before(async () => (app = await startTestApp({ DATABASE_URL: 'postgresql://nobody:none@127.0.0.1:1/none' })));
  after(() => app.close());

  for (const id of withDatabase) {
    it(`answers 503 in ${id} with Retry-After`, async () => {
      const response = await app.call(id, valid(id, forgedToken(app.key, nobody)));
      expect(response.body).to.include({ status_code: 503, code: 'database_unavailable' });
      expect(response.headers).to.have.property('retry-after', '5');
    });
  }
});

describe('every operation, over its limit', () => {
  let app: TestApp;
  before(async () => (app = await startTestApp({ RATE_LIMIT_FACTOR: '0.001' })));
  after(() => app.close());

  for (const id of limited) {
    it(`answers 429 in ${id} with Retry-After`, async () => {
      await app.request('get', '/');
      const response = await app.call(id, valid(id, forgedToken(app.key, nobody)));
      expect(response.body).to.include({ status_code: 429, code: 'rate_limited' });
      expect(Number(response.headers['retry-after'])).to.be.within(1, 60);
      expect(response.headers['ratelimit-policy']).to.equal('"default";q=1;w=60');
      expect(response.headers['ratelimit']).to.match(/^"default";r=0;t=\d+$/);
    });
  }
});
