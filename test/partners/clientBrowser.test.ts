import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { build, preview, type PreviewServer } from 'vite';
import type { Client } from '../../client/src/index.js';
import { forgedToken } from '../support/accessTokens.js';
import { heldBy, logIn, newAccount } from '../support/accounts.js';
import { launchBrowser } from '../support/browser.js';
import { installedClient } from '../support/clientPackage.js';
import { answered } from '../support/clientStage.js';
import { startTestApp, type TestApp } from '../support/testApp.js';

const html = `<!doctype html>
<title>A partner's page</title>
<form><input name="email"><input name="password" type="password"><button>Log in</button></form>
<p id="state">Loading</p>
<button id="call">Who am I?</button> <button id="out">Log out</button>
<script type="module" src="/main.ts"></script>`;

const script = (url: string): string => `
import { createClient, isApiError } from '@smart-audit/client';

const client = createClient({ baseUrl: '${url}' });
const state = document.querySelector('#state')!;
const show = (text: string) => (state.textContent = text);
const showError = (error: unknown) => show(isApiError(error) ? 'Error: ' + error.code : String(error));

client.auth.onSessionEnded((error) => document.body.append('The session has ended: ' + error.code));
document.querySelector('form')!.onsubmit = async (event) => {
  event.preventDefault();
  const { email, password } = Object.fromEntries(new FormData(event.target as HTMLFormElement)) as Record<string, string>;
  await client.auth.logIn({ email: email!, password: password! }).then(({ user }) => show('Hello ' + user.email), showError);
};
document.querySelector<HTMLElement>('#call')!.onclick = () =>
  void client.getCurrentUser().then(({ email }) => show('You are ' + email), showError);
document.querySelector<HTMLElement>('#out')!.onclick = () =>
  void client.auth.logOut().then(() => show('Logged out'), showError);
const restored = await client.auth.restore();
show(restored ? 'Hello again ' + restored.user.email : 'Log in');
Object.assign(window, { client });
`;

declare const client: Client;

describe('The client on a page of another origin, built by Vite', () => {
  let browser: Browser | undefined;
  let app: TestApp;
  let pages: PreviewServer | undefined;
  let address: string;
  let context: BrowserContext;
  before(async () => {
    browser = await launchBrowser();
    if (!browser) return;
    const { folder } = await installedClient();
    const root = join(folder, 'page');
    await mkdir(root);
    const quiet = { root, configFile: false, logLevel: 'error' } as const;
    pages = await preview({ ...quiet, preview: { host: 'localhost', port: 0 } });
    const port = (pages.httpServer.address() as { port: number }).port;
    address = `http://localhost:${port}`;
    app = await startTestApp({ CORS_ORIGINS: JSON.stringify([address]) });
    await writeFile(join(root, 'index.html'), html);
    await writeFile(join(root, 'main.ts'), script(app.url.replace('127.0.0.1', 'localhost')));
    await build({ ...quiet, build: { target: 'es2022' } });
  });
  after(async () => {
    await browser?.close();
    await pages?.close();
    if (browser) await app.close();
  });
  beforeEach(async function () {
    if (!browser) return this.skip();
    context = await browser.newContext();
  });
  afterEach(() => browser && context.close());

  async function open(): Promise<Page> {
    const page = await context.newPage();
    await page.goto(address);
    await page.waitForFunction('window.client');
    return page;
  }

  const state = (page: Page, text: string): Promise<unknown> =>
    page.waitForFunction((shown) => (globalThis as never as Shown).document.body.textContent.includes(shown), text);

  async function logInOn(page: Page, { email, password }: { email: string; password: string }): Promise<void> {
    await page.fill('[name=email]', email);
    await page.fill('[name=password]', password);
    await page.click('form button');
    await state(page, `Hello ${email}`);
  }

  async function newUser(): Promise<{ email: string; password: string }> {
    const account = newAccount();
    await app.call('signUp', { body: account });
    return account;
  }

  /** Sends the server an expired token in place of the page's, until a refresh succeeds. */
  async function expireToken(page: Page, account: { email: string; password: string }): Promise<void> {
    const { id } = heldBy(await logIn(app, account));
    const sessions = await page.evaluate(async () => (await client.listSessions()).items);
    const sessionId = sessions.find(({ current }) => current)!.id;
    const token = forgedToken(app.key, { id, sessionId }, { claims: { exp: Math.floor(Date.now() / 1000) - 1 } });
    let isExpired = true;
    page.on('response', (response) => {
      if (response.url().endsWith('/auth/refresh') && response.ok()) isExpired = false;
    });
    await page.route('**/api/v1/**', (route) => {
      const { authorization, ...headers } = route.request().headers();
      if (!authorization || !isExpired) return route.continue();
      return route.continue({ headers: { ...headers, authorization: `Bearer ${token}` } });
    });
  }

  it('logs in, survives a reload, and logs out', async () => {
    const page = await open();
    await state(page, 'Log in');
    const account = await newUser();
    await logInOn(page, account);
    await page.click('#call');
    await state(page, `You are ${account.email}`);
    expect(await page.evaluate('document.cookie + JSON.stringify([localStorage, sessionStorage])')).to.equal('[{},{}]');
    await page.reload();
    await state(page, `Hello again ${account.email}`);
    await page.click('#out');
    await state(page, 'Logged out');
    await page.reload();
    await page.waitForFunction('window.client');
    expect(await page.textContent('#state')).to.equal('Log in');
  });

  it('refreshes once by the cookie for 20 parallel calls', async () => {
    const page = await open();
    const account = await newUser();
    await logInOn(page, account);
    await expireToken(page, account);
    const before = await answered(app, 'refreshTokens', 200);
    const emails = await page.evaluate(async () => {
      const users = await Promise.all(Array.from({ length: 20 }, () => client.getCurrentUser()));
      return users.map(({ email }) => email);
    });
    expect(emails).to.deep.equal(Array<string>(20).fill(account.email));
    expect((await answered(app, 'refreshTokens', 200)) - before).to.equal(1);
  });

  it('learns that it has been signed out elsewhere', async () => {
    const page = await open();
    const account = await newUser();
    await logInOn(page, account);
    const { token } = heldBy(await logIn(app, account));
    await app.call('logOut', { token, body: { scope: 'others' } });
    await page.click('#call');
    await state(page, 'The session has ended: session_ended');
    await state(page, 'Error: session_ended');
    await logInOn(page, account);
    await page.click('#call');
    await state(page, `You are ${account.email}`);
  });

  it('shares its session among tabs that refresh at the same time', async () => {
    const account = await newUser();
    const first = await open();
    await logInOn(first, account);
    const tabs = [first, await open(), await open()];
    const refreshes = tabs.map((page) =>
      page.evaluate(async () => {
        const answers = [];
        for (let round = 0; round < 10; round += 1) answers.push((await client.auth.restore())?.user.email);
        return answers;
      }),
    );
    expect((await Promise.all(refreshes)).flat()).to.deep.equal(Array<string>(30).fill(account.email));
    for (const page of tabs)
      expect(await page.evaluate(() => client.getCurrentUser())).to.include({ email: account.email });
  });

  it('does not become another person who logs in in another tab', async () => {
    const [ada, bob] = [await newUser(), await newUser()];
    const page = await open();
    await logInOn(page, ada);
    await expireToken(page, ada);
    const other = await open();
    await logInOn(other, bob);
    await page.click('#call');
    await state(page, 'The session has ended: user_changed');
    await page.click('#call');
    await state(page, 'Error: token_missing');
    await other.click('#call');
    await state(other, `You are ${bob.email}`);
  });
});

interface Shown {
  document: { body: { textContent: string } };
}
