import { expect } from 'chai';
import { publishDeprecations } from '../../scripts/contract/deprecations.mjs';
import {
  operationsOf,
  readDescription,
  responseHeadersOf,
  type Description,
} from '../../src/api/openapi/description.js';
import { startTestApp, type TestApp } from '../support/testApp.js';
import { plant, valueAt, type Tree } from '../support/tree.js';

const ours = 'https://app.example.com';
const url = 'https://example.com/upgrade';
const dates = { deprecated: true, 'x-deprecated-since': '2026-12-01', 'x-sunset': '2027-07-01' };
const logIn = ['paths', '/auth/login', 'post'];
const getCurrentUser = ['paths', '/api/v1/users/me', 'get'];
const lastName = ['components', 'schemas', 'UserUpdateRequest', 'properties', 'last_name'];

/** The generated description, in which these are deprecated. */
async function withDeprecated(places: readonly string[][], marks: object): Promise<Tree> {
  const description = structuredClone(await readDescription()) as unknown as Tree;
  for (const place of places) plant(description, place, { ...valueAt(description, place), ...marks });
  return description;
}

async function published(): Promise<Tree> {
  const description = await withDeprecated([logIn, getCurrentUser, lastName], dates);
  plant(description, [...logIn, 'x-deprecation-url'], url);
  publishDeprecations(description);
  return description;
}

/** The headers of deprecated operations, which the others must not have. */
function deprecationOf({ headers }: { headers: Record<string, string> }): Record<string, string | undefined> {
  const { deprecation, sunset, link } = headers;
  return { deprecation, sunset, link };
}

const none = { deprecation: undefined, sunset: undefined, link: undefined };
// `date -u -d 2026-12-01 +%s`
const ofCurrentUser = { deprecation: '@1796083200', sunset: 'Thu, 01 Jul 2027 00:00:00 GMT', link: undefined };
const ofLogIn = { ...ofCurrentUser, link: `<${url}>; rel="deprecation", <${url}>; rel="sunset"` };

describe('a deprecated operation', () => {
  let app: TestApp;
  before(async () => {
    const description = (await published()) as unknown as Description;
    const settings = { RATE_LIMIT_FACTOR: '0.05', CORS_ORIGINS: JSON.stringify([ours]) };
    app = await startTestApp(settings, (api) => api, description);
  });
  after(() => app.close());

  it('says in every response since when, and when it may be removed', async () => {
    const statuses = [400, 429];
    for (const status of statuses) {
      const response = await app.request('post', '/auth/login').send({ email: 'nobody' });
      expect(response.status).to.equal(status);
      expect(deprecationOf(response)).to.deep.equal(ofLogIn);
    }
    for (const method of ['get', 'head']) {
      const response = await app.request(method, '/api/v1/users/me');
      expect(response.status, method).to.equal(401);
      expect(deprecationOf(response), method).to.deep.equal(ofCurrentUser);
    }
  });

  it('lets pages read that', async () => {
    const { headers } = await app.request('get', '/api/v1/users/me').set('Origin', ours);
    expect(headers['access-control-expose-headers']?.split(',')).to.include.members(['Deprecation', 'Sunset', 'Link']);
  });

  it('leaves the others as they are, also those of the same path', async () => {
    for (const [method, path] of [
      ['get', '/config'],
      ['patch', '/api/v1/users/me'],
      ['put', '/auth/login'],
      ['get', '/health/live'],
    ]) {
      expect(deprecationOf(await app.request(method!, path!)), `${method} ${path}`).to.deep.equal(none);
    }
  });

  // Last: nothing is answered after it.
  it('says so too when the limit of all operations together is reached', async () => {
    for (let count = 0; count < 40; count += 1) {
      const response = await app.request('get', '/api/v1/users/me');
      expect(deprecationOf(response)).to.deep.equal(ofCurrentUser);
      if (response.status === 429) return;
    }
    expect.fail('No 429 came.');
  });
});

describe('the published description', () => {
  it('has the dates of what is deprecated in its text', async () => {
    const description = await published();
    const dated = /Deprecated since 2026-12-01\. It may be removed on 2027-07-01 or later\./;
    for (const place of [logIn, getCurrentUser, lastName]) {
      expect(valueAt(description, [...place, 'description']), place.join(' ')).to.match(dated);
    }
    expect(valueAt(description, [...logIn, 'description'])).to.contain(`See <${url}>.`);
  });

  it('declares the headers of deprecated operations in all their responses, and in no other', async () => {
    const declared = (await published()) as unknown as Description;
    for (const { operation } of operationsOf(declared)) {
      for (const [status, response] of Object.entries(operation.responses)) {
        const headers = 'headers' in response ? Object.keys(response.headers ?? {}) : [];
        const expected = operation.deprecated ? ['Deprecation', 'Sunset'] : [];
        const found = headers.filter((name) => ['Deprecation', 'Sunset'].includes(name));
        expect(found, `${operation.operationId} ${status}`).to.deep.equal(expected);
      }
    }
  });

  it('is so as it is committed', async () => {
    const present = await readDescription();
    const deprecated = operationsOf(present).filter(({ operation }) => operation.deprecated);
    for (const { operation } of deprecated) {
      for (const response of Object.values(operation.responses)) {
        expect(response).to.have.property('headers').that.includes.all.keys('Deprecation', 'Sunset');
      }
    }
    expect(responseHeadersOf(present).includes('Sunset')).to.equal(deprecated.length > 0);
  });

  it('is not generated with dates that are wrong', async () => {
    const wrong = [
      { 'x-sunset': undefined },
      { 'x-sunset': '2026-11-30' },
      { 'x-sunset': '2027-13-01' },
      { 'x-sunset': '1 July 2027' },
      { 'x-deprecated-since': '2027-07-01' },
    ];
    for (const place of [logIn, lastName]) {
      for (const marks of wrong) {
        const description = await withDeprecated([place], { ...dates, ...marks });
        expect(() => publishDeprecations(description), JSON.stringify(marks)).to.throw('needs two dates');
      }
    }
  });
});
