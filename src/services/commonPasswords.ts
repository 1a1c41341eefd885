import { readFileSync } from 'node:fs';

/** One in each line. As one text: a set of them, and the package that they come from, would take 3 MB of memory. */
const lines = readFileSync(new URL('../../generated/common-passwords.txt', import.meta.url), 'utf8');

/** Whether a password, in whatever capitals, is one of the 18,000 commonest that are long enough to be chosen. */
export function isCommonPassword(password: string): boolean {
  return !password.includes('\n') && lines.includes(`\n${password.toLowerCase()}\n`);
}
