import { setTimeout as delay } from 'node:timers/promises';

/** Polls until the answer is neither false nor undefined, and returns it. */
export async function until<T>(ask: () => Promise<T | false | undefined>, timeoutMs = 45_000): Promise<T> {
  for (const end = Date.now() + timeoutMs; Date.now() < end; await delay(10)) {
    const answer = await ask();
    if (answer !== false && answer !== undefined) return answer;
  }
  throw new Error('What was waited for did not happen.');
}
