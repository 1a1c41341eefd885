/** Takes the pictures of the pages that the README shows: `npm run docs:images`. Not a test, and part of no suite. */
import { fileURLToPath } from 'node:url';
import { launchBrowser } from '../support/browser.js';
import { startTestApp } from '../support/testApp.js';

const folder = fileURLToPath(new URL('../../docs/images/', import.meta.url));
const pictures = { index: '/', docs: '/docs', errors: '/docs/errors' };
const screens = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
];

describe('the pictures of the documentation', () => {
  it('are taken', async function () {
    const browser = await launchBrowser();
    if (!browser) return this.skip();
    const app = await startTestApp();
    for (const viewport of screens) {
      const page = await browser.newPage({ viewport });
      for (const [name, path] of Object.entries(pictures)) {
        await page.goto(app.url + path);
        if (path === '/docs') {
          await page.locator('.opblock').first().waitFor();
          // The port of this run means nothing to readers.
          await page.evaluate(
            `for (const place of document.querySelectorAll('[data-server]')) place.textContent = 'http://localhost:8000'`,
          );
        }
        await page.screenshot({ path: `${folder}${name}-${viewport.width}.png` });
      }
      await page.close();
    }
    await browser.close();
    await app.close();
  });
});
