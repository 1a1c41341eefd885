import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { publishDeprecations } from '../../scripts/contract/deprecations.mjs';
import { readDescription, responseHeadersOf, type Description } from '../../src/api/openapi/description.js';
import { runProgram, type Outcome } from '../support/runProgram.js';
import { temporaryFolder } from '../support/temporaryFolder.js';
import { plant, valueAt, type Tree } from '../support/tree.js';

const script = fileURLToPath(new URL('../../scripts/contractDiff.mjs', import.meta.url));

/** A change of the description at a place: a new value, one made of the present value, or none to remove it. */
interface Change {
  place: string[];
  value?: unknown;
}

const schema = (name: string) => ['components', 'schemas', name];
const without = (name: string) => (list: string[]) => list.filter((each) => each !== name);
const withNull = (type: unknown) => [type, 'null'];

/** Each breaks clients, and the check says so in these words. */
const breaks: Record<string, Change & { says: RegExp }> = {
  'an operation removed': {
    place: ['paths', '/auth/verify-email/resend', 'post'],
    says: /`POST \/auth\/verify-email\/resend`.* was removed/,
  },
  'a path renamed': {
    place: ['paths'],
    value: (paths: Tree) =>
      Object.fromEntries(
        Object.entries(paths).map(([path, item]) => [path.replace('forgot-password', 'lost-password'), item]),
      ),
    says: /\/auth\/forgot-password`.* was (removed|renamed)/,
  },
  'an operation id changed': {
    place: ['paths', '/config', 'get', 'operationId'],
    value: 'readPublicConfig',
    says: /`operationId` of operation `GET \/config` changed/,
  },
  'a field removed from a response': {
    place: [...schema('PublicConfig'), 'properties', 'env'],
    says: /`GET \/config`.*Property `env`.* was removed/,
  },
  'a field renamed in a response': {
    place: [...schema('Session'), 'properties'],
    value: ({ ip, ...others }: Tree) => ({ ...others, address: ip }),
    says: /listSessions.*Property `ip`.* was re(moved|named)/,
  },
  'a field of a response no longer required': {
    place: [...schema('SessionPage'), 'required'],
    value: without('next_cursor'),
    says: /no longer required: `next_cursor`/,
  },
  'a field of a response that becomes nullable': {
    place: [...schema('Session'), 'properties', 'user_agent', 'type'],
    value: withNull,
    says: /listSessions.*`items\[\]\.user_agent`.*Type.* widened from 'string' to 'string \| null'/,
  },
  'a type changed in a response': {
    place: [...schema('LoginResponse'), 'properties', 'expires_in', 'type'],
    value: 'string',
    says: /`expires_in`: Type.* widened from 'integer' to 'string'/,
  },
  'a type changed in a request': {
    place: [...schema('UserAccessRequest'), 'properties', 'is_active', 'type'],
    value: 'string',
    says: /updateUser.*is_active.*Type.* narrowed from 'boolean' to 'string'/,
  },
  'a field required in a request': {
    place: [...schema('UserUpdateRequest'), 'required'],
    value: ['first_name'],
    says: /became required: `first_name`/,
  },
  'a new required field in a request': {
    place: schema('LoginRequest'),
    value: (login: Tree) => ({
      ...login,
      required: [...(login['required'] as unknown as string[]), 'tenant'],
      properties: { ...login['properties'], tenant: { type: 'string', maxLength: 50 } },
    }),
    says: /logIn.*became required: `tenant`/,
  },
  'a field removed from a request': {
    place: [...schema('UserUpdateRequest'), 'properties', 'last_name'],
    says: /updateCurrentUser.*Property `last_name`.* was removed/,
  },
  'a request body that becomes required': {
    place: ['paths', '/auth/refresh', 'post', 'requestBody', 'required'],
    value: true,
    says: /refreshTokens.*Request body became required/,
  },
  'a new required request body': {
    place: ['paths', '/api/v1/users/{user_id}/unlock', 'post', 'requestBody'],
    value: { required: true, content: { 'application/json': { schema: { type: 'object' } } } },
    says: /unlock`.*A request body became required/,
  },
  'an enum of a request narrowed': {
    place: ['paths', '/api/v1/users', 'get', 'parameters', '1', 'schema'],
    value: { type: 'string', enum: ['admin'] },
    says: /listUsers.*Enum.* lost values: 'user'/,
  },
  'a limit lowered in a request': {
    place: [...schema('ResetPasswordRequest'), 'properties'],
    value: (properties: Tree) => ({ ...properties, token: { type: 'string', minLength: 1, maxLength: 5 } }),
    says: /resetPassword.*`maxLength`/,
  },
  'a pattern added to a parameter': {
    place: ['paths', '/api/v1/users', 'get', 'parameters', '3', 'schema', 'pattern'],
    value: '^2',
    says: /listUsers.*`pattern`.* was set/,
  },
  'a format changed in a parameter': {
    place: ['paths', '/api/v1/users', 'get', 'parameters', '4', 'schema', 'format'],
    value: 'date',
    says: /listUsers.*`format`.* changed/,
  },
  'a parameter made required': {
    place: ['paths', '/api/v1/users', 'get', 'parameters', '2', 'required'],
    value: true,
    says: /`is_active` query parameter became required/,
  },
  'a parameter removed': {
    place: ['paths', '/api/v1/sessions', 'get', 'parameters', '0'],
    says: /listSessions.*`limit` query parameter was removed/,
  },
  'the default of a parameter changed': {
    place: ['components', 'parameters', 'Limit', 'schema', 'default'],
    value: 10,
    says: /`default` changed from 20 to 10/,
  },
  'a parameter moved from the query to a header': {
    place: ['paths', '/api/v1/users', 'get', 'parameters', '0', 'in'],
    value: 'header',
    says: /`email_prefix` query parameter (was removed|is now a header parameter)/,
  },
  'a new required header': {
    place: ['paths', '/health/ready', 'get', 'parameters'],
    value: [{ name: 'X-Tenant', in: 'header', required: true, schema: { type: 'string' } }],
    says: /getReadiness.*Required `X-Tenant` header parameter was added/,
  },
  'a path parameter renamed': {
    place: ['components', 'parameters', 'SessionId', 'name'],
    value: 'id',
    says: /endSession.*`session_id` was renamed to `id`/,
  },
  'a cookie renamed': {
    place: ['components', 'parameters', 'RefreshTokenCookie', 'name'],
    value: 'refresh',
    says: /`__Secure-refresh_token` cookie parameter was (removed|renamed)/,
  },
  'the cookie of a login renamed': {
    place: ['components', 'securitySchemes', 'refreshCookie', 'name'],
    value: 'refresh',
    says: /`name` of security scheme `refreshCookie` changed/,
  },
  'the highest value of a parameter lowered': {
    place: ['components', 'parameters', 'Limit', 'schema', 'maximum'],
    value: 50,
    says: /Upper bound changed from '<= 100' to '<= 50'/,
  },
  'the shortest value of a field raised': {
    place: [...schema('CurrentPassword'), 'minLength'],
    value: 8,
    says: /`minLength` changed from '1' to '8'/,
  },
  'a field that requests may no longer have': {
    place: [...schema('ChangeEmailRequest'), 'properties', 'email', 'readOnly'],
    value: true,
    says: /changeEmail.*`email`: Requests may no longer have it/,
  },
  'a field that responses no longer have': {
    place: [...schema('ServiceIndex'), 'properties', 'name', 'writeOnly'],
    value: true,
    says: /`name`: Responses no longer have it/,
  },
  'another media type of a request': {
    place: ['paths', '/auth/verify-email', 'post', 'requestBody', 'content'],
    value: (content: Tree) => ({ 'application/x-www-form-urlencoded': Object.values(content)[0] }),
    says: /verifyEmail.*request: Media type `application\/json` (was removed|became)/,
  },
  'the schema of a response removed': {
    place: ['paths', '/health/live', 'get', 'responses', '200', 'content', 'application/json', 'schema'],
    says: /getLiveness.*response 200: Its schema was removed/,
  },
  'a response header that may be missing': {
    place: ['components', 'headers', 'WwwAuthenticate', 'required'],
    value: false,
    says: /WwwAuthenticate.*may be missing/,
  },
  'the response to any other status removed': {
    place: ['paths', '/health/live', 'get', 'responses', 'default'],
    says: /getLiveness.*response default: .* was removed/,
  },
  'a status removed': {
    place: ['paths', '/health/ready', 'get', 'responses', '503'],
    says: /getReadiness.*Response `503` was removed/,
  },
  'a success status changed': {
    place: ['paths', '/auth/signup', 'post', 'responses'],
    value: ({ 201: created, ...others }: Tree) => ({ 200: created, ...others }),
    says: /signUp.*Response `201` (was removed|became `200`)/,
  },
  'a media type removed': {
    place: ['paths', '/openapi.json', 'get', 'responses', '200', 'content'],
    value: (content: Tree) => ({ 'application/vnd.oai.openapi+json': Object.values(content)[0] }),
    says: /openapi\.json`.*Media type `application\/json` (was removed|became)/,
  },
  'a response header removed': {
    place: ['paths', '/auth/login', 'post', 'responses', '200', 'headers', 'Preference-Applied'],
    says: /logIn.*Response header `Preference-Applied` was removed/,
  },
  'an error code removed from an operation': {
    place: [
      ...['paths', '/auth/login', 'post', 'responses', '403', 'content', 'application/json', 'examples'],
      'account_inactive',
    ],
    says: /logIn.*Error code 403 `account_inactive` is no longer given/,
  },
  'an error code removed from all': {
    place: [...schema('ErrorCode'), 'enum'],
    value: without('email_taken'),
    says: /Lost error codes: email_taken/,
  },
  'an open operation that takes a login': {
    place: ['paths', '/auth/reset-password', 'post', 'security'],
    says: /resetPassword.*No login is no longer enough/,
  },
  'another login than before': {
    place: ['paths', '/api/v1/users/me', 'get', 'security'],
    value: [{ refreshCookie: [] }],
    says: /getCurrentUser.*`bearerAuth` is no longer enough/,
  },
  'a role that becomes required': {
    place: ['paths', '/api/v1/users/me', 'patch', 'x-required-role'],
    value: 'admin',
    says: /updateCurrentUser.*Requires the role `admin`/,
  },
  'a path closed to pages of other origins': {
    place: ['paths', '/openapi.yaml', 'x-open-to-every-origin'],
    says: /openapi\.yaml`.*closed to pages of other origins/,
  },
};

/** None of these breaks clients. */
const additions: Record<string, Change> = {
  'a new operation': {
    place: ['paths', '/api/v1/news'],
    value: { get: { operationId: 'listNews', responses: { 200: { description: 'News.' } } } },
  },
  'a new optional field in a request': {
    place: [...schema('LoginRequest'), 'properties', 'device'],
    value: { type: 'string' },
  },
  'a new field in a response': { place: [...schema('Session'), 'properties', 'country'], value: { type: 'string' } },
  'a new optional parameter': {
    place: ['paths', '/config', 'get', 'parameters'],
    value: [{ name: 'verbose', in: 'query', schema: { type: 'boolean' } }],
  },
  'a new error code of an operation': {
    place: [
      ...['paths', '/auth/login', 'post', 'responses', '403', 'content', 'application/json', 'examples'],
      'account_frozen',
    ],
    value: { value: {} },
  },
  'a new error code in the list of all': {
    place: [...schema('ErrorCode'), 'enum'],
    value: (codes: string[]) => [...codes, 'account_frozen'],
  },
  'a new value of an enum in a response': {
    place: [...schema('Health'), 'properties', 'status'],
    value: { type: 'string', enum: ['ok', 'unavailable', 'starting'] },
  },
  'another text': { place: ['info', 'description'], value: 'Another text.' },
  'another text of a parameter, in a place of its own': {
    place: ['paths', '/api/v1/sessions', 'get', 'parameters'],
    value: ([, ...others]: Tree[]) => [
      {
        name: 'limit',
        in: 'query',
        description: 'How many sessions a page may have at most. The next page is at `next_cursor`. '.repeat(9),
        schema: { type: 'integer', minimum: 1, maximum: 100, default: 20 },
      },
      ...others,
    ],
  },
  'a higher limit in a request': { place: [...schema('NewPassword'), 'maxLength'], value: 2048 },
  'an operation that no longer takes a login': { place: ['paths', '/api/v1/users/me', 'get', 'security'], value: [] },
  'a deprecation': {
    place: ['paths', '/config', 'get', 'deprecated'],
    value: true,
  },
};

describe('npm run contract:diff', () => {
  /** Whatever the present version is, it is compared with a released one of the same major version. */
  let present: Tree;
  before(async () => (present = structuredClone(await readDescription()) as unknown as Tree));

  function changed(description: Tree, changes: readonly Change[]): Tree {
    const copy = structuredClone(description);
    for (const { place, value } of changes) {
      const made: unknown =
        typeof value === 'function' ? (value as (now: unknown) => unknown)(valueAt(copy, place)) : value;
      plant(copy, place, made);
    }
    return copy;
  }

  /** Compares with what was released. */
  async function compare(released: Record<string, Tree>, description: Tree): Promise<Outcome> {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'released'));
    await writeFile(join(folder, 'openapi.json'), JSON.stringify(description));
    for (const [version, each] of Object.entries(released)) {
      await writeFile(join(folder, 'released', `${version}.yaml`), JSON.stringify(each));
    }
    const files = ['--description', join(folder, 'openapi.json'), '--released', join(folder, 'released')];
    return runProgram(process.execPath, [script, ...files]);
  }

  const versioned = (version: string): Change => ({ place: ['info', 'version'], value: version });

  describe('refuses within a major version', () => {
    /** All at once: each is in a place of its own, and the check names them one by one. */
    let outcome: Outcome;
    before(async function () {
      this.timeout(20_000);
      outcome = await compare({ '3.1.0': present }, changed(present, [versioned('3.2.0'), ...Object.values(breaks)]));
    });

    for (const [kind, { says }] of Object.entries(breaks)) {
      it(kind, () => expect(outcome.stderr).to.match(says));
    }

    it('and then fails', () => expect(outcome.code).to.equal(1));
  });

  it('refuses one break alone, and names no other', async () => {
    const { place, value } = breaks['a status removed']!;
    const { code, stderr } = await compare(
      { '3.1.0': present },
      changed(present, [versioned('3.2.0'), { place, value }]),
    );
    expect(code).to.equal(1);
    expect(stderr).to.match(/^1 change since 3\.1\.0 breaks clients:\n- `GET \/health\/ready`/);
    expect(stderr.match(/^- /gm)).to.have.length(1);
  });

  it('accepts additions and other texts', async () => {
    const description = changed(present, [versioned('3.2.0'), ...Object.values(additions)]);
    const { code, stderr } = await compare({ '3.1.0': present }, description);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
  });

  it('accepts breaks in a new major version', async () => {
    const description = changed(present, [versioned('4.0.0'), ...Object.values(breaks)]);
    expect(await compare({ '3.1.0': present }, description)).to.include({ code: 0, stderr: '' });
  });

  it('compares with the newest version, in the order of versions and not of names', async () => {
    const description = changed(present, [versioned('3.11.0'), breaks['an operation removed']!]);
    const { stderr, code } = await compare({ '3.9.0': description, '3.10.0': present }, description);
    expect({ stderr, code }).to.deep.include({ code: 1 });
    expect(stderr).to.contain('since 3.10.0');
  });

  it('refuses a version that is older than what was released', async () => {
    const { stderr, code } = await compare({ '3.1.0': present }, changed(present, [versioned('3.0.9')]));
    expect(code).to.equal(1);
    expect(stderr).to.contain('Version 3.0.9 is older than 3.1.0');
  });

  describe('of what is deprecated', () => {
    const field = [...schema('Session'), 'properties', 'ip'];
    const parameters = ['paths', '/api/v1/users', 'get', 'parameters'];
    const operation = ['paths', '/config', 'get'];
    const deprecated = (sunset: string) => (node: Tree) => ({
      ...node,
      deprecated: true,
      'x-deprecated-since': '2019-01-01',
      'x-sunset': sunset,
    });
    const deprecations = (sunset: string): Change[] =>
      [field, [...parameters, '2'], operation].map((place) => ({ place, value: deprecated(sunset) }));
    const removals: Change[] = [
      { place: field },
      { place: [...schema('Session'), 'required'], value: without('ip') },
      { place: [...parameters, '2'] },
      { place: ['paths', '/config'] },
    ];

    async function remove(sunset: string): Promise<Outcome> {
      const released = changed(present, deprecations(sunset));
      return compare({ '3.1.0': released }, changed(released, [versioned('3.2.0'), ...removals]));
    }

    it('accepts the removal of an operation, a field and a parameter on their last day', async () => {
      const today = new Date().toISOString().slice(0, 10);
      expect(await remove(today)).to.include({ code: 0, stderr: '' });
    });

    it('refuses it before', async () => {
      const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
      const { code, stderr } = await remove(tomorrow);
      expect(code).to.equal(1);
      for (const words of ['Property `ip`', '`is_active` query parameter', 'GET /config', 'no longer required: `ip`']) {
        expect(stderr).to.contain(words);
      }
    });

    it('refuses it if the released description did not say so', async () => {
      const description = changed(present, [versioned('3.2.0'), ...deprecations('2020-01-01'), ...removals]);
      expect(await compare({ '3.1.0': present }, description)).to.include({ code: 1 });
    });

    it('refuses a sunset that comes forward, and accepts a later one', async () => {
      const released = changed(present, deprecations('2038-07-01'));
      const withSunset = async (sunset: string): Promise<Outcome> =>
        compare({ '3.1.0': released }, changed(released, [versioned('3.2.0'), ...deprecations(sunset)]));
      const { code, stderr } = await withSunset('2038-06-30');
      expect(code).to.equal(1);
      expect(stderr.match(/The sunset came forward from 2038-07-01 to 2038-06-30\./g)).to.have.length(3);
      expect(await withSunset('2038-07-02')).to.include({ code: 0, stderr: '' });
    });

    it('accepts that nothing is deprecated any more', async () => {
      const released = changed(present, deprecations('2038-07-01'));
      publishDeprecations(released);
      expect(responseHeadersOf(released as unknown as Description)).to.include('Sunset');
      expect(await compare({ '3.1.0': released }, changed(present, [versioned('3.2.0')]))).to.include({ code: 0 });
    });

    it('reads what stands beside a reference', async () => {
      const place = [...schema('UserUpdateRequest'), 'properties', 'last_name'];
      const released = changed(present, [{ place, value: deprecated('2020-01-01') }]);
      const description = changed(released, [versioned('3.2.0'), { place }]);
      expect(await compare({ '3.1.0': released }, description)).to.include({ code: 0, stderr: '' });
    });
  });
});
