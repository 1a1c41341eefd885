import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { parse } from 'yaml';
import { newAccount } from '../support/accounts.js';
import { PrefixProxy } from '../support/prefixProxy.js';
import { startTestApp, type TestApp } from '../support/testApp.js';

describe('behind a proxy that removes a prefix, with PUBLIC_URL', () => {
  let proxy: PrefixProxy;
  let app: TestApp;
  let origin: string;
  before(async () => {
    proxy = await PrefixProxy.start('/accounts');
    ({ origin } = new URL(proxy.url));
    app = await startTestApp({ PUBLIC_URL: `${proxy.url}/`, CORS_ORIGINS: JSON.stringify([origin]) });
    proxy.forwardTo(app.url);
  });
  after(async () => {
    proxy.close();
    await app.close();
  });

  it('names that URL as the server of the description, in both forms, and changes nothing else', async () => {
    const json = await (await fetch(`${proxy.url}/openapi.json`)).text();
    const generated = await readFile('generated/openapi.json', 'utf8');
    expect(json.replace(proxy.url, '/')).to.equal(generated);
    const { servers } = JSON.parse(json) as { servers: { url: string }[] };
    expect(servers.map(({ url }) => url)).to.deep.equal([proxy.url]);
    const yaml = await (await fetch(`${proxy.url}/openapi.yaml`)).text();
    expect(parse(yaml)).to.deep.equal(JSON.parse(json));
    expect((await fetch(`${servers[0]!.url}/config`)).status).to.equal(200);
  });

  it('changes the ETag of the description with its server', async () => {
    const other = await startTestApp({ DATABASE_URL: app.databaseUrl });
    for (const operationId of ['getOpenapiJson', 'getOpenapiYaml']) {
      const [here, there] = await Promise.all([app, other].map((each) => each.call(operationId)));
      expect(here!.headers['etag'], operationId).not.to.equal(there!.headers['etag']);
    }
    await other.close();
  });

  it('has links that work in getServiceIndex', async () => {
    const index = (await (await fetch(`${proxy.url}/`)).json()) as { links: Record<string, string> };
    for (const link of Object.values(index.links)) {
      expect((await fetch(new URL(link, `${proxy.url}/`))).status, link).to.equal(200);
    }
  });

  it('redirects within the prefix', async () => {
    for (const path of ['/docs', '/docs/conventions', '/docs/errors']) {
      const response = await fetch(`${proxy.url}${path}/`);
      expect([response.status, response.url]).to.deep.equal([200, proxy.url + path]);
    }
  });

  it('names the documentation under the prefix where there is nothing', async () => {
    for (const path of ['/nothing', '/docs/nothing']) {
      const response = await fetch(`${proxy.url}${path}`);
      expect(((await response.json()) as { detail: string }).detail, path).to.match(/ \/accounts\/docs\.$/);
      expect(response.headers.get('link'), path).to.equal('</accounts/docs>; rel="service-doc"');
    }
  });

  it('gives the refresh cookie, and removes it, at /auth under the prefix', async () => {
    const account = newAccount();
    await app.call('signUp', { body: account });
    const { email, password } = account;
    const login = await app.call('logIn', { headers: { Prefer: 'refresh-cookie' }, body: { email, password } });
    const cookieOf = (headers: Record<string, unknown>): string => (headers['set-cookie'] as string[])[0]!;
    expect(cookieOf(login.headers)).to.contain('; Path=/accounts/auth;');
    const [Cookie] = cookieOf(login.headers).split(';');
    const headers = { Cookie: Cookie!, Origin: origin };
    const refresh = await app.call('refreshTokens', { headers });
    expect(cookieOf(refresh.headers)).to.contain('; Path=/accounts/auth;');
    const [renewed] = cookieOf(refresh.headers).split(';');
    const logout = await app.call('logOut', { headers: { Cookie: renewed!, Origin: origin } });
    expect(cookieOf(logout.headers)).to.match(/^__Secure-refresh_token=; Max-Age=0; Path=\/accounts\/auth;/);
  });
});
