import { expect } from 'chai';
import { readDescription } from '../../src/api/openapi/description.js';
import { newAccount, signedInAccount, signedInAdmin } from '../support/accounts.js';
import { noteCode, type BrokenRule } from '../support/contract.js';
import { bodyOf, rawRequest } from '../support/rawRequest.js';
import { startTestApp, type Sent, type TestApp } from '../support/testApp.js';

describe('an entry of errors', () => {
  let app: TestApp;
  let token: string;
  let adminToken: string;
  before(async () => {
    app = await startTestApp();
    ({ token } = await signedInAccount(app));
    ({ token: adminToken } = await signedInAdmin(app));
  });
  after(() => app.close());

  /** The entries of a response, without their messages. */
  async function broken(operationId: string, sent: Sent): Promise<Omit<BrokenRule, 'message'>[]> {
    const response = await app.call(operationId, { token, ...sent });
    expect(response.status, response.text).to.equal(400);
    const { errors } = response.body as { errors: BrokenRule[] };
    return errors.map(({ message, ...rest }) => {
      expect(message).to.be.a('string').that.matches(/\w/);
      return rest;
    });
  }

  const signUps: [what: string, change: object, entry: Omit<BrokenRule, 'message'>][] = [
    ['a missing field', { last_name: undefined }, { path: '/body/last_name', rule: 'required' }],
    ['another type', { last_name: 7 }, { path: '/body/last_name', rule: 'type' }],
    ['a short text', { password: '1234567' }, { path: '/body/password', rule: 'minLength', limit: 8 }],
    ['a long text', { last_name: 'x'.repeat(101) }, { path: '/body/last_name', rule: 'maxLength', limit: 100 }],
    ['a long password', { password: 'x'.repeat(257) }, { path: '/body/password', rule: 'maxLength', limit: 256 }],
    ['an unknown field', { 'a/b': 1 }, { path: '/body/a~1b', rule: 'additionalProperties' }],
    ['no address', { email: 'ada' }, { path: '/body/email', rule: 'format', format: 'email-address' }],
    ['no mailbox', { email: 'a@192.0.2.7' }, { path: '/body/email', rule: 'format', format: 'email-address' }],
    ['no name', { first_name: '\u2800' }, { path: '/body/first_name', rule: 'format', format: 'person-name' }],
    ['NUL', { password: '12345678\u0000' }, { path: '/body/password', rule: 'format', format: 'password' }],
    ['a common password', { password: 'Password123' }, { path: '/body/password', rule: 'password_too_common' }],
    ['a personal password', { password: 'HopperGrace1' }, { path: '/body/password', rule: 'password_too_personal' }],
  ];
  for (const [what, change, entry] of signUps) {
    it(`names the rule and its limit in a body with ${what}`, async () => {
      expect(await broken('signUp', { body: { ...newAccount(), ...change } })).to.deep.equal([entry]);
    });
  }

  it('names each rule that a field breaks', async () => {
    expect(await broken('logIn', { body: { email: 'x', password: '' } })).to.have.deep.members([
      { path: '/body/email', rule: 'minLength', limit: 3 },
      { path: '/body/email', rule: 'format', format: 'known-email-address' },
      { path: '/body/password', rule: 'minLength', limit: 1 },
    ]);
  });

  const bodies: [what: string, operationId: string, body: unknown, entry: Omit<BrokenRule, 'message'>][] = [
    ['no object', 'logIn', '[]', { path: '/body', rule: 'type' }],
    ['no fields', 'updateCurrentUser', '{}', { path: '/body', rule: 'minProperties', limit: 1 }],
    [
      'another value',
      'logOut',
      { scope: 'x' },
      { path: '/body/scope', rule: 'enum', allowed: ['current', 'others', 'all'] },
    ],
    ['no token', 'resetPassword', { token: '?', password: 'x'.repeat(9) }, { path: '/body/token', rule: 'pattern' }],
  ];
  for (const [what, id, body, entry] of bodies) {
    it(`names the rule and its limit in a body with ${what}`, async () => {
      expect(await broken(id, { body, headers: { 'Content-Type': 'application/json' } })).to.deep.equal([entry]);
    });
  }

  it('names the rule of a missing body', async () => {
    const answer = await rawRequest(app.url, 'POST /auth/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    const errors = [{ path: '/body', message: "must have required property 'body'", rule: 'required' }];
    expect(bodyOf(answer)).to.deep.include({ status_code: 400, errors });
    noteCode(bodyOf(answer));
  });

  const queries: [query: string, ...entries: Omit<BrokenRule, 'message'>[]][] = [
    ['limit=0', { path: '/query/limit', rule: 'minimum', limit: 1 }],
    ['limit=101', { path: '/query/limit', rule: 'maximum', limit: 100 }],
    ['limit=x', { path: '/query/limit', rule: 'type' }],
    ['limit=1&limit=2', { path: '/query/limit', rule: 'type' }],
    ['created_from=x&created_from=y', { path: '/query/created_from', rule: 'type' }],
    ['limit=1e999', { path: '/query/limit', rule: 'type' }],
    ['limit=', { path: '/query/limit', rule: 'minLength', limit: 1 }],
    ['email_prefix=', { path: '/query/email_prefix', rule: 'minLength', limit: 1 }],
    [`email_prefix=${'x'.repeat(255)}`, { path: '/query/email_prefix', rule: 'maxLength', limit: 254 }],
    ['email_prefix=%00', { path: '/query/email_prefix', rule: 'format', format: 'unicode-text' }],
    ['role=owner', { path: '/query/role', rule: 'enum', allowed: ['user', 'admin'] }],
    ['is_active=maybe', { path: '/query/is_active', rule: 'type' }],
    ['created_from=yesterday', { path: '/query/created_from', rule: 'format', format: 'date-time' }],
    ['created_from=2026-02-30T00:00:00Z', { path: '/query/created_from', rule: 'format', format: 'date-time' }],
    ['cursor=!', { path: '/query/cursor', rule: 'pattern' }],
    ['cursor=abc', { path: '/query/cursor', rule: 'cursor' }],
    ['surprise=1', { path: '/query/surprise', rule: 'additionalProperties' }],
    ['surprise=', { path: '/query/surprise', rule: 'additionalProperties' }],
    ['a[b]=1', { path: '/query/a[b]', rule: 'additionalProperties' }],
  ];
  for (const [query, ...entries] of queries) {
    it(`names the rule and its limit of the query ${query.slice(0, 40)}`, async () => {
      expect(await broken('listUsers', { query, token: adminToken })).to.deep.equal(entries);
    });
  }

  it('names the rule of a parameter in the path', async () => {
    const entries = await broken('getUser', { path: { user_id: 'abc' }, token: adminToken });
    expect(entries).to.have.deep.members([
      { path: '/path/user_id', rule: 'pattern' },
      { path: '/path/user_id', rule: 'format', format: 'uuid' },
    ]);
  });

  it('names the rule of a header', async () => {
    const entries = await broken('getOpenapiJson', { headers: { 'If-None-Match': `"${'x'.repeat(1000)}"` } });
    expect(entries).to.deep.equal([{ path: '/headers/if-none-match', rule: 'maxLength', limit: 1000 }]);
  });

  it('names the rule of a part of a schema, without its limit', async () => {
    const description = await readDescription();
    const { properties } = description.components!.schemas!['UserAccessRequest'] as { properties: object };
    const role = { anyOf: [{ $ref: '#/components/schemas/UserRole' }, { type: 'string', format: 'uuid' }] };
    Object.assign(properties, { role });
    const other = await startTestApp({}, undefined, description);
    const { id, token: admin } = await signedInAdmin(other);
    const request = other.request('PATCH', `/api/v1/users/${id}`).auth(admin, { type: 'bearer' });
    const response = await request.send({ role: 'x' });
    await other.close();
    const { errors } = response.body as { errors: BrokenRule[] };
    expect(errors.map((entry) => [entry.path, entry.rule, Object.keys(entry).length])).to.deep.equal([
      ['/body/role', 'enum', 3],
      ['/body/role', 'format', 3],
      ['/body/role', 'anyOf', 3],
    ]);
  });

  it('names the rule of a value that the database refuses', async () => {
    await app.sql(`ALTER TABLE users ADD CONSTRAINT no_ada CHECK (first_name <> 'Ada')`);
    const entries = await broken('signUp', { body: { ...newAccount(), first_name: 'Ada' } });
    await app.sql('ALTER TABLE users DROP CONSTRAINT no_ada');
    expect(entries).to.deep.equal([{ path: '/body', rule: 'storable' }]);
  });
});
