import { expect } from 'chai';
import type { Call } from '../../src/api/openapi/operation.js';
import type { Api } from '../../src/api/openapi/router.js';
import { describedOperations } from '../support/contract.js';
import { startTestApp, type TestApp } from '../support/testApp.js';

/** What RFC 3986, section 3.4, allows in a query beside letters and digits, without `&` and `+`. */
const allowed = "-._~!$'()*,;=:@/?";

/** Encodes a text except for some characters. */
function leaving(characters: string, text: string): string {
  return text.replace(/./gu, (each) => (characters.includes(each) ? each : encodeURIComponent(each)));
}

/** How HTTP clients write the value of a query parameter. */
const clients: [client: string, encode: (text: string) => string][] = [
  ['axios', (text) => leaving(':$,', text).replaceAll('%20', '+')],
  ['Angular', (text) => leaving('@:$,;=?/', text)],
  ['URLSearchParams', (text) => new URLSearchParams({ '': text }).toString().slice(1)],
  ['encodeURIComponent', encodeURIComponent],
];

describe('the characters of a query', () => {
  let app: TestApp;
  let received: Call<'listUsers'>['query'];
  before(async () => {
    const change = ({ handlers }: Api): Api => {
      const identify = async (): Promise<never> => ({ user: { role: 'admin' } }) as never;
      const listUsers: typeof handlers.listUsers = async ({ query }) => {
        received = query;
        return { status: 200, body: { items: [], next_cursor: null } };
      };
      const authenticators = { bearerAuth: identify, refreshCookie: identify };
      return { handlers: { ...handlers, listUsers }, authenticators };
    };
    app = await startTestApp({}, change);
  });
  after(() => app.close());

  async function read(query: string): Promise<typeof received> {
    const response = await app.request('get', `/api/v1/users?${query}`);
    expect(response.status, `${query}: ${response.text}`).to.equal(200);
    return received;
  }

  it('are explained where a raw + in a time has become a space', async () => {
    const response = await app.request('get', '/api/v1/users?created_from=2026-11-01T00:00:00+01:00');
    expect(response.body).to.nested.include({ status_code: 400, 'errors[0].path': '/query/created_from' });
    expect(response.body)
      .to.have.nested.property('errors[0].message')
      .that.matches(/write a \+ as %2B$/);
  });

  it('are read unencoded where RFC 3986 allows them', async () => {
    expect(await read(`email_prefix=${allowed}`)).to.include({ email_prefix: allowed });
    for (const character of allowed) {
      expect(await read(`email_prefix=${character}`), character).to.include({ email_prefix: character });
    }
  });

  it('need no encoding in any query parameter of any operation', async () => {
    for (const [id, { method, path, operation }] of describedOperations()) {
      for (const { name, in: kind } of operation.parameters ?? []) {
        if (kind !== 'query') continue;
        const { text } = await app.request(method, `${path.replace(/[{}]/g, '')}?${name}=${allowed}`);
        expect(text, `${id} ${name}`).not.to.contain('encoded');
      }
    }
  });

  for (const [client, encode] of clients) {
    it(`are read as ${client} writes them`, async () => {
      const sent = {
        email_prefix: `a b+c&d#é%20${allowed}`,
        created_from: '2026-11-01T00:00:00Z',
        created_before: '2026-12-01T01:00:00+01:00',
      };
      const query = Object.entries(sent).map(([name, value]) => `${name}=${encode(value)}`);
      expect(await read(query.join('&'))).to.include(sent);
    });
  }

  it('include + as a space, and %2B as a plus', async () => {
    expect(await read('email_prefix=a+b%2Bc')).to.include({ email_prefix: 'a b+c' });
  });

  it('are still encoded by clients that follow the published description', async () => {
    for (const id of ['getOpenapiJson', 'getOpenapiYaml']) {
      expect((await app.call(id)).text, id).not.to.contain('allowReserved');
    }
  });
});
