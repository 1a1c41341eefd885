import { isApiError } from './apiError.js';
import type { Deadline } from './deadline.js';
import type { Operation } from './operation.js';

const retriesMax = 3;
/** Seconds. Who has to wait longer is told so at once. */
const waitMax = 30;
/** Methods that may be sent again (RFC 9110, section 9.2.2). */
const repeatable = ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'];

export function isRepeatable({ method }: Operation): boolean {
  return repeatable.includes(method);
}

/** Sends again what got 429 or 503 with Retry-After, as often and as long as that is allowed. */
export async function withRetries<T>(send: () => Promise<T>, deadline: Deadline): Promise<T> {
  for (let retries = 0; ; retries += 1) {
    try {
      return await send();
    } catch (error) {
      const seconds = retries < retriesMax ? delayOf(error) : undefined;
      if (seconds === undefined || seconds * 1000 >= deadline.remaining) throw error;
      await deadline.sleep(seconds * 1000);
    }
  }
}

/** Seconds; undefined if there is no use in waiting. */
function delayOf(error: unknown): number | undefined {
  if (!isApiError(error) || (error.status !== 429 && error.status !== 503)) return undefined;
  return error.retryAfter !== undefined && error.retryAfter <= waitMax ? error.retryAfter : undefined;
}
