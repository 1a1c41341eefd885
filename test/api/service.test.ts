import { expect } from 'chai';
import type { BrokenRule } from '../support/contract.js';
import { createTestDatabase } from '../support/testDatabase.js';
import { startTestApp, type TestApp } from '../support/testApp.js';

describe('the service', () => {
  let app: TestApp;
  before(async () => (app = await startTestApp({ APP_NAME: 'Audits of Ada', LOG_LEVEL: 'warning' })));
  after(() => app.close());

  it('names the service and its version in getServiceIndex, with working links', async () => {
    const response = await app.call('getServiceIndex');
    const { name, version, links } = response.body as { name: string; version: string; links: Record<string, string> };
    expect(name).to.equal('Audits of Ada');
    expect(version).to.match(/^\d+\.\d+\.\d+$/);
    for (const link of Object.values(links)) expect((await app.request('get', link)).status, link).to.equal(200);
  });

  for (const [accept, mediaType] of [
    ['text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8', 'text/html'],
    ['text/*', 'text/html'],
    ['application/json;q=0.5, text/html', 'text/html'],
    ['application/json;q=0, */*', 'text/html'],
    ['*/*', 'application/json'],
    ['text/html, application/json', 'text/html'],
    ['application/json, text/html', 'application/json'],
    ['application/json', 'application/json'],
    ['application/json, text/html;q=0.9', 'application/json'],
    ['text/html;q=0, */*', 'application/json'],
    ['application/problem+json, text/plain', 'application/json'],
    ['garbage ;;=, /', 'application/json'],
    ['text/html;q=high', 'application/json'],
    ['', 'application/json'],
    [undefined, 'application/json'],
  ] as const) {
    it(`answers getServiceIndex with ${mediaType} to Accept: ${accept ?? 'none'}`, async () => {
      const response = await app.call('getServiceIndex', { headers: accept === undefined ? {} : { Accept: accept } });
      expect(response.type).to.equal(mediaType);
      expect(response.headers['vary']).to.equal('Origin, Accept');
      const head = await app.request('head', '/').set('Accept', accept ?? '*/*');
      expect([head.status, head.type, head.text]).to.deep.equal([200, mediaType, undefined]);
    });
  }

  it('shows browsers name, version and links that work, under a policy without scripts', async () => {
    const named = await startTestApp({ DATABASE_URL: app.databaseUrl, APP_NAME: '<b>Ada & "Co"</b>' });
    const response = await named.call('getServiceIndex', { headers: { Accept: 'text/html' } });
    const { version } = (await named.call('getServiceIndex')).body as { version: string };
    expect(response.text).to.contain('<h1>&#60;b&#62;Ada &#38; &#34;Co&#34;&#60;/b&#62;</h1>');
    expect(response.text).to.contain(`Version ${version}`).and.not.to.contain('{{');
    expect(response.headers['content-security-policy']).to.contain("default-src 'none'; style-src 'self'");
    expect(response.headers['content-security-policy']).not.to.contain('script');
    const links = Array.from(response.text.matchAll(/href="\.(\/[^"]*)"/g), (match) => match[1]!);
    expect(links).to.include.members(['/docs', '/docs/conventions', '/docs/errors', '/openapi.json', '/health/live']);
    for (const link of links) expect((await named.request('get', link)).status, link).to.equal(200);
    await named.close();
  });

  it('does not send 304 for the page, which has no ETag', async () => {
    const headers = { Accept: 'text/html', 'If-None-Match': '*' };
    expect((await app.call('getServiceIndex', { headers })).status).to.equal(200);
  });

  it('shows only public settings in getPublicConfig', async () => {
    const body = (await app.call('getPublicConfig')).body as object;
    expect(body).to.have.all.keys('app_name', 'env', 'version', 'log_level');
    expect(body).to.include({ app_name: 'Audits of Ada', env: 'test', log_level: 'warning' });
  });

  it('answers getLiveness and getReadiness with ok', async () => {
    for (const operationId of ['getLiveness', 'getReadiness']) {
      const response = await app.call(operationId);
      expect(response.status).to.equal(200);
      expect(response.body).to.deep.equal({ status: 'ok' });
    }
  });
});

describe('the service without a complete database', () => {
  it('reports an unavailable database in getReadiness but not in getLiveness', async () => {
    const app = await startTestApp({ DATABASE_URL: 'postgresql://nobody:none@127.0.0.1:1/none' });
    const response = await app.call('getReadiness');
    const errors = [{ path: '/database', message: 'does not answer', rule: 'database_unavailable' }];
    expect(response.body).to.deep.include({ status_code: 503, code: 'not_ready', errors });
    expect(response.text).not.to.contain('127.0.0.1');
    expect((await app.call('getLiveness')).status).to.equal(200);
    await app.close();
  });

  it('reports a database that takes no writes in getReadiness', async () => {
    const database = await createTestDatabase();
    const app = await startTestApp({ DATABASE_URL: `${database.url}?options=-c%20default_transaction_read_only%3Don` });
    const response = await app.call('getReadiness');
    await app.close();
    await database.drop();
    const errors = [{ path: '/database', message: 'takes no writes', rule: 'database_read_only' }];
    expect(response.body).to.deep.include({ status_code: 503, code: 'not_ready', errors });
  });

  it('reports pending migrations in getReadiness', async () => {
    const database = await createTestDatabase();
    const app = await startTestApp({ DATABASE_URL: database.url });
    await app.sql('DELETE FROM "SequelizeMeta"');
    const response = await app.call('getReadiness');
    expect(response.status).to.equal(503);
    const [error, ...more] = (response.body as { errors: BrokenRule[] }).errors;
    expect(error).to.include({ path: '/database/migrations', rule: 'migrations_pending' });
    expect(error!.message).to.match(/^\d+ not applied; run migrate:up$/);
    expect(more).to.deep.equal([]);
    await app.close();
    await database.drop();
  });
});
