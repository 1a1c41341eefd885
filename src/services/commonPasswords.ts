import { readFileSync } from 'node:fs';

/** One password a line. A Set of them would take 3 MB. */
const lines = readFileSync(new URL('../../generated/common-passwords.txt', import.meta.url), 'utf8');

/** Whether a password, in any case, is one of the 18,000 most common ones of sufficient length. */
export function isCommonPassword(password: string): boolean {
  return !password.includes('\n') && lines.includes(`\n${password.toLowerCase()}\n`);
}
