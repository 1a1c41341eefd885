import { createServer, type Server } from 'node:http';
import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { newAccount } from '../support/accounts.js';
import { launchBrowser } from '../support/browser.js';
import { listen } from '../support/listen.js';
import { PrefixProxy } from '../support/prefixProxy.js';
import { codeBlocks, section } from '../support/markdown.js';
import { startTestApp, type TestApp } from '../support/testApp.js';

describe("the README's flow for browsers", () => {
  let app: TestApp;
  let proxy: PrefixProxy;
  let proxied: TestApp;
  let browser: Browser | undefined;
  let pages: Server;
  let port: number;
  let code: string;
  let codeFor: (url: string) => string;
  before(async () => {
    pages = createServer((_req, res) => void res.setHeader('Content-Type', 'text/html').end('<!doctype html>'));
    port = await listen(pages);
    const origins = ['localhost', '127.0.0.1'].map((host) => `http://${host}:${port}`);
    const CORS_ORIGINS = JSON.stringify(origins);
    app = await startTestApp({ CORS_ORIGINS });
    proxy = await PrefixProxy.start('/accounts');
    proxied = await startTestApp({ DATABASE_URL: app.databaseUrl, PUBLIC_URL: proxy.url, CORS_ORIGINS });
    proxy.forwardTo(proxied.url);
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
    const [block] = codeBlocks(section(readme, 'In a browser'));
    codeFor = (url) => block!.code.replace('http://localhost:8000', url);
    code = codeFor(app.url.replace('127.0.0.1', 'localhost'));
    browser = await launchBrowser();
  });
  after(async () => {
    await browser?.close();
    pages.closeAllConnections();
    pages.close();
    proxy.close();
    await proxied.close();
    await app.close();
  });

  /** A page of this host with the code, and a statement that logs in a new account there. */
  async function open(host: string, of = code): Promise<{ page: Page; email: string; logIn: string }> {
    const account = newAccount();
    await app.call('signUp', { body: account });
    const { email, password } = account;
    const page = await browser!.newPage();
    await load(page, host, of);
    return { page, email, logIn: `logIn(${JSON.stringify(email)}, ${JSON.stringify(password)})` };
  }

  async function load(page: Page, host: string, content = code): Promise<void> {
    await page.goto(`http://${host}:${port}/`);
    await page.addScriptTag({ content });
  }

  const emailOfCaller = (page: Page): Promise<unknown> =>
    page.evaluate(`call('/api/v1/users/me').then(async (response) => (await response.json()).email)`);

  async function logInAndOut(content: string): Promise<void> {
    const { page, email, logIn } = await open('localhost', content);
    expect(await page.evaluate('refresh()')).to.equal(false);
    await page.evaluate(logIn);
    expect(await emailOfCaller(page)).to.equal(email);
    await load(page, 'localhost', content);
    expect(await emailOfCaller(page)).to.equal(email);
    expect(await page.evaluate('document.cookie')).to.equal('');
    await page.evaluate('logOut()');
    expect(await page.evaluate('refresh()')).to.equal(false);
    await page.close();
  }

  it('logs in, survives a reload, and logs out', async function () {
    if (!browser) return this.skip();
    await logInAndOut(code);
  });

  it('does the same behind a proxy that removes a prefix', async function () {
    if (!browser) return this.skip();
    await logInAndOut(codeFor(proxy.url));
  });

  it('gets no cookie on a page of 127.0.0.1', async function () {
    if (!browser) return this.skip();
    const { page, logIn } = await open('127.0.0.1');
    await page.evaluate(logIn);
    const code = `fetch(api + '/auth/refresh', { method: 'POST', credentials: 'include' }).then(async (r) => (await r.json()).code)`;
    expect(await page.evaluate(code)).to.equal('refresh_token_missing');
    await page.close();
  });
});
