import { createHash } from 'node:crypto';

/** Knows which passwords have been in a breach. */
export interface BreachedPasswords {
  /** Rejects when it cannot be asked, or takes too long. */
  has(password: string): Promise<boolean>;
}

/** How long an answer may take, in milliseconds, and how large it may be, in bytes; a padded one has about 40 kB. */
const timeoutMs = 1000;
const maxBytes = 1_000_000;

/**
 * A range API of the form of Have I Been Pwned's (https://haveibeenpwned.com/API/v3#PwnedPasswords): only the first five
 * characters of the password's SHA-1 leave this process, and answers are padded, so that nobody learns the password.
 */
export class RangeApi implements BreachedPasswords {
  private readonly url: string;

  /** @param url what the five characters are appended to, such as https://api.pwnedpasswords.com/range */
  constructor(url: string) {
    this.url = url.replace(/\/+$/, '');
  }

  async has(password: string): Promise<boolean> {
    const digest = createHash('sha1').update(password, 'utf8').digest('hex').toUpperCase();
    const response = await fetch(`${this.url}/${digest.slice(0, 5)}`, {
      headers: { 'Add-Padding': 'true', 'User-Agent': 'smart-audit-api' },
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!response.ok) throw new Error(`The API of breached passwords answered ${response.status}.`);
    const suffix = digest.slice(5);
    return (await readText(response)).split('\n').some((line) => isMatch(line, suffix));
  }
}

/** A line is `suffix:count`; padding has the count 0. */
function isMatch(line: string, suffix: string): boolean {
  const [candidate, count] = line.trim().split(':');
  return candidate?.toUpperCase() === suffix && Number(count) > 0;
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size > maxBytes) throw new Error('The API of breached passwords does not stop answering.');
  }
  return Buffer.concat(chunks).toString('utf8');
}
