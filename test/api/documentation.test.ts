import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { parse } from 'yaml';
import { startTestApp, type TestApp } from '../support/testApp.js';

describe('the documentation', () => {
  let app: TestApp;
  before(async () => (app = await startTestApp()));
  after(() => app.close());

  it('is a page with a strict policy, all of whose files are served', async () => {
    const page = await app.call('getDocsPage');
    expect(page.status).to.equal(200);
    const policy = page.headers['content-security-policy']!;
    expect(policy).to.contain("default-src 'none'").and.not.to.contain('unsafe');
    const files = Array.from(page.text.matchAll(/(?:src|href)="docs\/([^"]+)"/g), (match) => match[1]!);
    expect(files).to.have.length(4);
    for (const asset of files) {
      const response = await app.call('getDocsAsset', { path: { asset } });
      expect(response.status, asset).to.equal(200);
    }
  });

  it('is found with a slash at its end too, also behind a proxy that removes a prefix', async () => {
    for (const method of ['get', 'head']) {
      const response = await app.request(method, '/docs/').redirects(0);
      expect(response.status, method).to.equal(308);
      expect(new URL(response.headers['location']!, 'https://example.com/audit/docs/').pathname).to.equal(
        '/audit/docs',
      );
    }
    const followed = await app.request('get', '/docs/').redirects(1);
    expect(followed.status).to.equal(200);
    expect(followed.text).to.equal((await app.call('getDocsPage')).text);
  });

  it('answers 404 for any other file', async () => {
    for (const asset of ['other.js', '../package.json', '..%2Fpackage.json', '__proto__', 'constructor']) {
      const response = await app.call('getDocsAsset', { path: { asset } });
      expect(response.status, asset).to.equal(404);
      expect(response.body).to.include({ code: 'not_found' });
    }
  });

  it('serves exactly the generated description, in both forms', async () => {
    const json = await app.call('getOpenapiJson');
    const yaml = await app.call('getOpenapiYaml');
    expect(json.text).to.equal(await readFile('generated/openapi.json', 'utf8'));
    expect(parse(yaml.text)).to.deep.equal(json.body);
  });

  for (const operationId of ['getOpenapiJson', 'getOpenapiYaml', 'getDocsAsset']) {
    const path = { asset: 'swagger-ui.css' };

    it(`answers 304 in ${operationId} for the current ETag, and 200 for another`, async () => {
      const first = await app.call(operationId, { path });
      const etag = first.headers['etag']!;
      for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
        const response = await app.call(operationId, { path, headers: { 'If-None-Match': known } });
        expect(response.status, known).to.equal(304);
        expect(response.headers['etag']).to.equal(etag);
      }
      const other = await app.call(operationId, { path, headers: { 'If-None-Match': '"other"' } });
      expect(other.status).to.equal(200);
    });

    it(`names an If-None-Match in ${operationId} that is too long`, async () => {
      const response = await app.call(operationId, { path, headers: { 'If-None-Match': `"${'x'.repeat(1000)}"` } });
      expect(response.body).to.nested.include({ code: 'invalid_input', 'errors[0].path': '/headers/if-none-match' });
    });
  }
});
