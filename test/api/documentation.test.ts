import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { parse } from 'yaml';
import { catalogue } from '../support/contract.js';
import { startTestApp, type TestApp } from '../support/testApp.js';

const pages = { getDocsPage: '/docs', getConventionsPage: '/docs/conventions', getErrorsPage: '/docs/errors' };

/** The text of HTML without its tags. */
function textOf(html: string): string {
  return html.replace(/<[^>]+>/g, '').replace(/&#(\d+);/g, (_entity, code) => String.fromCharCode(Number(code)));
}

describe('the documentation', () => {
  let app: TestApp;
  before(async () => (app = await startTestApp()));
  after(() => app.close());

  /** A response as it arrives, without decompression. */
  async function raw(path: string, acceptEncoding: string, method = 'GET') {
    const headers = { 'Accept-Encoding': acceptEncoding };
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request(app.url + path, { method, headers }, resolve)
        .on('error', reject)
        .end();
    });
    return { headers: response.headers, bytes: await buffer(response) };
  }

  for (const [operationId, path] of Object.entries(pages)) {
    it(`has the page ${path} with a strict policy and nothing inline, all of whose links work`, async () => {
      const page = await app.call(operationId);
      const policy = page.headers['content-security-policy']!;
      expect(policy).to.contain("default-src 'none'").and.not.to.contain('unsafe');
      expect(page.text).not.to.match(/<style|style="|<script>|\son\w+="/);
      const links = Array.from(page.text.matchAll(/(?:src|href)="([.#][^"]*)"/g), (match) => match[1]!);
      expect(links).to.have.length.above(6);
      for (const link of links.filter((each) => each.startsWith('#'))) {
        expect(page.text, link).to.contain(`id="${link.slice(1)}"`);
      }
      for (const link of new Set(links)) {
        const { pathname } = new URL(link, `http://localhost${path}`);
        expect((await app.request('get', pathname)).status, link).to.equal(200);
      }
    });

    it(`redirects ${path}/, also behind a proxy that removes a prefix`, async () => {
      for (const method of ['get', 'head']) {
        const response = await app.request(method, `${path}/`).redirects(0);
        expect(response.status, method).to.equal(308);
        const target = new URL(response.headers['location']!, `https://example.com/audit${path}/`);
        expect(target.pathname).to.equal(`/audit${path}`);
      }
      const followed = await app.request('get', `${path}/`).redirects(1);
      expect(followed.text).to.equal((await app.call(operationId)).text);
    });
  }

  it('has a quick start of three commands that work', async () => {
    const { text } = await app.call('getDocsPage');
    const commands = Array.from(text.matchAll(/<pre><code>(.*?)<\/code><\/pre>/gs), (match) => textOf(match[1]!));
    expect(commands).to.have.length(3);
    const run = async (command: string): Promise<Record<string, unknown>> => {
      const script = command.replaceAll('http://localhost:8000', app.url);
      const { stdout } = await promisify(execFile)('bash', ['-c', script.replaceAll('curl ', 'curl -s ')]);
      return JSON.parse(stdout) as Record<string, unknown>;
    };
    expect(await run(commands[0]!)).to.nested.include({ 'user.email': 'ada@example.com' });
    const token = (await run(commands[1]!))['access_token'] as string;
    expect(await run(commands[2]!)).to.include({ code: 'token_malformed' });
    expect(await run(commands[2]!.replace(/'.*'/, token))).to.include({ email: 'ada@example.com' });
  });

  it('has every heading of the description on the page of the conventions', async () => {
    const { text } = await app.call('getConventionsPage');
    const { info } = (await app.call('getOpenapiJson')).body as { info: { description: string } };
    const headings = Array.from(info.description.matchAll(/^## (.+)$/gm), (match) => match[1]!);
    expect(headings).to.include.members(['Logging in', 'Pagination', 'Errors', 'Rate limits']);
    for (const heading of headings) expect(text).to.match(new RegExp(`<h2 id="[a-z-]+">${heading}</h2>`));
  });

  it('has every error code with its remedy and an anchor on the page of the errors', async () => {
    const { text } = await app.call('getErrorsPage');
    const entries = Array.from(
      text.matchAll(/<dt id="(\w+)">.*<\/dt>\n<dd>.{10,}<\/dd>\n<dd class="remedy">.{30,}<\/dd>/g),
      ([, code]) => code,
    );
    expect(entries.sort()).to.deep.equal(catalogue().sort());
  });

  it('has an icon, and lets search engines see the documentation and nothing else', async () => {
    const icon = await app.call('getFavicon');
    expect([icon.type, (icon.body as Buffer).readUInt16LE(2)]).to.deep.equal(['image/vnd.microsoft.icon', 1]);
    const { text } = await app.call('getRobotsTxt');
    expect(text).to.match(/^User-agent: \*\n(Allow: \S+\n)+Disallow: \/\n$/);
    const allowed = Array.from(text.matchAll(/^Allow: (.+)$/gm), (match) => match[1]);
    expect(allowed).to.deep.equal(['/$', '/docs', '/openapi.']);
  });

  it('answers 404 for any other file, and names the documentation', async () => {
    for (const asset of ['other.js', '../package.json', '..%2Fpackage.json', '__proto__', 'constructor']) {
      const response = await app.call('getDocsAsset', { path: { asset } });
      expect(response.status, asset).to.equal(404);
      expect(response.body).to.include({ code: 'not_found' });
    }
    for (const path of ['/nothing', '/docs/nothing', '/api/v1', '/api/v1/users/me/nothing']) {
      const response = await app.request('get', path).set('Accept', 'text/html');
      expect(response.body, path).to.include({
        code: 'not_found',
        detail: 'There is nothing at this path. The operations are listed at /docs.',
      });
      expect(response.headers['link'], path).to.equal('</docs>; rel="service-doc"');
    }
  });

  it('serves exactly the generated description, in both forms', async () => {
    const json = await app.call('getOpenapiJson');
    const yaml = await app.call('getOpenapiYaml');
    expect(json.text).to.equal(await readFile('generated/openapi.json', 'utf8'));
    expect(parse(yaml.text)).to.deep.equal(json.body);
  });

  for (const operationId of [
    ...Object.keys(pages),
    ...['getOpenapiJson', 'getOpenapiYaml', 'getDocsAsset', 'getFavicon', 'getRobotsTxt'],
  ]) {
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

  for (const path of ['/docs', '/docs/errors', '/docs/swagger-ui-bundle.js', '/docs/swagger-ui.css', '/openapi.json']) {
    it(`compresses ${path} as Accept-Encoding allows, with an ETag for each coding`, async () => {
      const plain = await raw(path, 'identity');
      const forms = [
        ['gzip, deflate, br, zstd', 'br', brotliDecompressSync],
        ['gzip;q=1.0, br;q=0', 'gzip', gunzipSync],
        ['*', 'br', brotliDecompressSync],
      ] as const;
      for (const [accepted, coding, decompress] of forms) {
        const { headers, bytes } = await raw(path, accepted);
        expect(headers['content-encoding'], accepted).to.equal(coding);
        expect(headers['content-length'], accepted).to.equal(String(bytes.byteLength));
        expect(headers['vary'], accepted).to.contain('Accept-Encoding');
        expect(headers['etag'], accepted).to.equal(plain.headers['etag']!.replace(/"$/, `-${coding}"`));
        expect(bytes.byteLength / plain.bytes.byteLength, accepted).to.be.below(0.5);
        expect(decompress(bytes).equals(plain.bytes), accepted).to.equal(true);
        const head = await raw(path, accepted, 'HEAD');
        expect(head.headers['content-length'], accepted).to.equal(headers['content-length']);
        expect(head.bytes).to.have.length(0);
      }
      for (const accepted of ['', 'identity', 'deflate', 'br;q=0, gzip;q=0', 'zstd']) {
        const { headers, bytes } = await raw(path, accepted);
        expect(headers, accepted).not.to.have.property('content-encoding');
        expect(headers['vary'], accepted).to.contain('Accept-Encoding');
        expect(bytes.equals(plain.bytes), accepted).to.equal(true);
      }
    });
  }

  it('has one form of each file, whatever Accept says', async () => {
    for (const Accept of ['text/css', 'text/javascript', 'application/json', '*/*;q=0']) {
      const response = await app.call('getDocsAsset', { path: { asset: 'page.css' }, headers: { Accept } });
      expect([response.type, response.headers['vary']], Accept).to.deep.equal(['text/css', 'Origin, Accept-Encoding']);
    }
  });

  it('answers 304 for the ETag of a coding only to those who get that coding', async () => {
    const path = { asset: 'swagger-ui.css' };
    const { headers } = await raw('/docs/swagger-ui.css', 'br');
    const ask = (coding: string) =>
      app.call('getDocsAsset', { path, headers: { 'Accept-Encoding': coding, 'If-None-Match': headers['etag']! } });
    expect((await ask('br')).status).to.equal(304);
    expect((await ask('br')).headers['vary']).to.contain('Accept-Encoding');
    expect((await ask('gzip')).status).to.equal(200);
  });

  it('compresses nothing else, because the length of a compressed answer tells what it holds', async () => {
    for (const path of ['/', '/config', '/api/v1/users/me', '/nothing', '/favicon.ico']) {
      const { headers } = await raw(path, 'gzip, br');
      expect(headers, path).not.to.have.property('content-encoding');
    }
  });
});
