import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
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

  /** Tries it all on the page of this API. */
  async function useFully(browser: Browser, url: string): Promise<void> {
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('status of 401')) problems.push(message.text());
    });
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('requestfailed', (request) => problems.push(`${request.url()} failed`));
    await page.goto(`${url}/docs`);
    await page.locator('#operations-Users-getCurrentUser').waitFor();
    expect(await page.locator('.opblock').count()).to.equal(describedOperations().size);

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
  }

  it('shows every operation, signs in, calls a protected operation, and breaks none of its policy', async function () {
    if (!browser) return this.skip();
    await useFully(browser, app.url);
  });

  it('does the same behind a proxy that removes a prefix', async function () {
    if (!browser) return this.skip();
    await useFully(browser, proxy.url);
  });
});
