import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';
import { reportMissing } from './realPart.js';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * A real browser: the one that CHROMIUM names, or an installed one; undefined if there is none, which is reported.
 * @throws Error if there is none and CI is set
 */
export async function launchBrowser(): Promise<Browser | undefined> {
  const executablePath = [process.env['CHROMIUM'] ?? '', ...places].find((path) => existsSync(path));
  if (!executablePath) return reportMissing('Chromium');
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-background-networking'] });
}
