import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';
import type { Browser, Page, Request } from 'playwright-core';
import { newAccount } from '../support/accounts.js';
import { describedOperations } from '../support/contract.js';
import { launchBrowser } from '../support/browser.js';
import { PrefixProxy } from '../support/prefixProxy.js';
import { startTestApp, type TestApp } from '../support/testApp.js';

describe('the documentation page in a browser', () => {
  let app: TestApp;
  let proxy: PrefixProxy;
  let proxied: TestApp;
  let browser: Browser | undefined;
  before(async () => {
    app = await startTestApp();
    proxy = await PrefixProxy.start('/accounts');
    proxied = await startTestApp({ DATABASE_URL: app.databaseUrl, PUBLIC_URL: proxy.url });
    proxy.forwardTo(proxied.url);
    browser = await launchBrowser();
  });
  after(async () => {
    await browser?.close();
    proxy.close();
    await proxied.close();
    await app.close();
  });

  /** Opens an operation, tries it with this body, and returns what the page shows as the answer. */
  async function tryOut(page: Page, operationId: string, status: string, body?: object): Promise<string> {
    const operation = page.locator(`[id$="-${operationId}"]`);
    await operation.locator('.opblock-summary-control').click();
    await operation.getByRole('button', { name: 'Try it out' }).click();
    if (body) await operation.locator('textarea').fill(JSON.stringify(body));
    await operation.getByRole('button', { name: 'Execute' }).click();
    const answer = operation.locator('.live-responses-table .response');
    await answer.locator('.response-col_status', { hasText: status }).waitFor();
    return answer.innerText();
  }

  /** What goes wrong on a page from now on: errors of scripts, broken rules of its policy, failed requests. */
  function problemsOn(page: Page): string[] {
    const problems: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('status of 401')) problems.push(message.text());
    });
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('requestfailed', (request) => problems.push(`${request.url()} failed`));
    return problems;
  }

  it('has a quick start to copy and every operation, signs in, calls one, and breaks none of its policy', async function () {
    if (!browser) return this.skip();
    const { url } = app;
    const page = await browser.newPage();
    const problems = problemsOn(page);
    await page.goto(`${url}/docs`);
    await page.locator('#operations-Users-getCurrentUser').waitFor();
    expect(await page.locator('.opblock').count()).to.equal(describedOperations().size);

    const copied = await page.evaluate<string>(
      `getSelection().selectAllChildren(document.querySelector('.quick-start pre')), getSelection().toString()`,
    );
    expect(copied).to.contain(`curl ${url}/auth/signup `);
    const { stdout } = await promisify(execFile)('bash', ['-c', copied.replace('curl ', 'curl -s ')]);
    expect(JSON.parse(stdout)).to.nested.include({ 'user.email': 'ada@example.com' });

    const account = newAccount();
    expect(await tryOut(page, 'getCurrentUser', '401')).to.contain('token_missing');
    expect(await tryOut(page, 'signUp', '201', account)).to.contain(account.email);
    const { email, password } = account;
    expect(await tryOut(page, 'logIn', '200', { email, password })).to.contain('access_token');
    const again = page.locator('#operations-Users-getCurrentUser');
    await again.getByRole('button', { name: 'Execute' }).click();
    await again.locator('.live-responses-table .response-col_status', { hasText: '200' }).waitFor();
    expect(await again.locator('.live-responses-table').innerText()).to.contain(account.email);
    expect(problems).to.deep.equal([]);
    await page.close();
  });

  it('works behind a proxy that removes a prefix', async function () {
    if (!browser) return this.skip();
    const page = await browser.newPage();
    const problems = problemsOn(page);
    for (const path of ['/', '/docs/conventions', '/docs/errors']) await page.goto(proxy.url + path);
    await page.getByRole('link', { name: 'Operations' }).click();
    await page.locator('#operations-Users-getCurrentUser').waitFor();
    expect(page.url()).to.equal(`${proxy.url}/docs`);
    expect(await page.locator('.quick-start code').first().innerText()).to.contain(`curl ${proxy.url}/auth/signup `);
    expect(await tryOut(page, 'getCurrentUser', '401')).to.contain('token_missing');
    expect(problems).to.deep.equal([]);
    await page.close();
  });

  /** How much wider the page is than the screen, in pixels. */
  const overflow = async (page: Page): Promise<unknown> =>
    page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

  /** The commands of the quick start with a line that is broken, or wider than its box, for a server of usual length. */
  const brokenLines = `
    for (const place of document.querySelectorAll('[data-server]')) place.textContent = 'http://localhost:8000';
    Array.from(document.querySelectorAll('.quick-start pre'))
      .filter((box) => box.scrollWidth > box.clientWidth || getComputedStyle(box).whiteSpace !== 'pre')
      .map((box) => box.innerText)`;

  for (const { width, height, open } of [
    { width: 1280, height: 800, open: 2600 },
    { width: 390, height: 844, open: 3600 },
  ]) {
    it(`fits a screen of ${width} pixels: quick start first, and an open operation below ${open} pixels`, async function () {
      if (!browser) return this.skip();
      const page = await browser.newPage({ viewport: { width, height } });
      const problems = problemsOn(page);
      for (const path of ['/', '/docs/conventions', '/docs/errors', '/docs']) {
        await page.goto(app.url + path);
        expect(await page.locator('h1').count(), path).to.equal(1);
        expect(await overflow(page), path).to.equal(0);
      }
      const lastCall = (await page.locator('.quick-start pre').last().boundingBox())!;
      expect(lastCall.y + lastCall.height).to.be.below(height);
      expect(await page.evaluate(brokenLines)).to.deep.equal([]);

      const operation = page.locator('#operations-Authentication-logIn');
      await operation.locator('.opblock-summary-control').click();
      await operation.locator('.unfold').first().waitFor();
      expect((await operation.boundingBox())!.height).to.be.below(open);
      expect(await operation.locator('.response-headers[open]').count()).to.equal(0);
      await operation.getByRole('button', { name: 'Example of 401' }).click();
      const headers = await operation.locator('.response-headers summary').all();
      expect(headers).to.have.length(2);
      for (const summary of headers) await summary.click();
      expect(await operation.innerText())
        .to.contain('invalid_credentials')
        .and.contain('RateLimit-Policy');
      expect(await overflow(page), 'everything unfolded').to.equal(0);
      expect(problems).to.deep.equal([]);
      await page.close();
    });
  }

  it('transfers less than 500 kB, is dark where the system is, and can be used by keyboard', async function () {
    if (!browser) return this.skip();
    const page = await browser.newPage({ colorScheme: 'dark' });
    const requests: Request[] = [];
    page.on('requestfinished', (request) => requests.push(request));
    await page.goto(`${app.url}/docs#/Authentication/logIn`);
    await page.locator('.examples-select__section-label').first().waitFor();
    const sizes = await Promise.all(requests.map(async (request) => (await request.sizes()).responseBodySize));
    expect(requests.length).to.be.above(5);
    expect(sizes.reduce((total, size) => total + size, 0))
      .to.be.above(100_000)
      .and.below(500_000);
    expect(await page.evaluate('document.documentElement.className')).to.equal('dark-mode');
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).to.equal('rgb(28, 32, 34)');
    const labelColour = `getComputedStyle(document.querySelector('.examples-select__section-label')).color`;
    expect(await page.evaluate(labelColour)).to.equal('rgb(230, 233, 236)');
    await page.keyboard.press('Tab');
    await page.locator('.skip:focus').waitFor();
    await page.keyboard.press('Enter');
    await page.locator('main:focus').waitFor();
    await page.locator('#operations-Authentication-logIn .opblock-summary-control').focus();
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).to.equal('solid');
    await page.close();
  });
});
