import { createHash } from 'node:crypto';

const timeoutMs = 1000;
/** Padded responses have about 40 kB. */
const maxBytes = 1_000_000;

/**
 * A range API like that of Have I Been Pwned (https://haveibeenpwned.com/API/v3#PwnedPasswords). Only the first five
 * characters of the password's SHA-1 leave this process, and responses are padded.
 */
export class BreachedPasswords {
  private readonly url: string;

  /** @param url without the five characters, such as https://api.pwnedpasswords.com/range */
  constructor(url: string) {
    this.url = url.replace(/\/+$/, '');
  }

  /** Whether the password is known from a data breach. Rejects if the service is unavailable. */
  async has(password: string): Promise<boolean> {
    const digest = createHash('sha1').update(password, 'utf8').digest('hex').toUpperCase();
    const response = await fetch(`${this.url}/${digest.slice(0, 5)}`, {
      headers: { 'Add-Padding': 'true', 'User-Agent': 'smart-audit-api' },
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!response.ok) throw new Error(`The breached-passwords API responded with ${response.status}.`);
    const suffix = digest.slice(5);
    return (await readText(response)).split('\n').some((line) => isMatch(line, suffix));
  }
}

/** Lines are `suffix:count`. Padding has the count 0. */
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
    if (size > maxBytes) throw new Error('The response of the breached-passwords API is too large.');
  }
  return Buffer.concat(chunks).toString('utf8');
}
