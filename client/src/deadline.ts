import { ApiError } from './apiError.js';
import type { CallOptions } from './method.js';

/** The longest delay of a timer. */
const timerMax = 2 ** 31 - 1;

/** One listener for all calls of a signal: Node.js warns of a leak when there are more than ten. */
const abortsOf = new WeakMap<AbortSignal, Set<() => void>>();

/** Returns a function that removes the listener. */
function onAbort(signal: AbortSignal, abort: () => void): () => void {
  let aborts = abortsOf.get(signal);
  if (!aborts) {
    const added = new Set<() => void>();
    signal.addEventListener('abort', () => added.forEach((each) => each()), { once: true });
    abortsOf.set(signal, added);
    aborts = added;
  }
  aborts.add(abort);
  return () => void aborts.delete(abort);
}

/** When a call has to end: its timeout, or the caller's signal. */
export class Deadline {
  private readonly controller = new AbortController();
  private readonly endsAt: number;
  private readonly timer: ReturnType<typeof setTimeout> | undefined;
  private readonly stopListening: (() => void) | undefined;

  constructor(timeout: number, callers: AbortSignal | undefined) {
    this.endsAt = Date.now() + timeout;
    if (timeout <= timerMax) this.timer = setTimeout(() => this.controller.abort(timeoutError(timeout)), timeout);
    const abort = (): void => this.controller.abort(callers?.reason);
    if (callers?.aborted) abort();
    else this.stopListening = callers && onAbort(callers, abort);
  }

  /** Its reason is a timeout's ApiError, or that of the caller's signal. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Milliseconds that are left. */
  get remaining(): number {
    return this.endsAt - Date.now();
  }

  /** Waits for something that others wait for too, and that goes on when this call has ended. */
  async waitFor<T>(promise: Promise<T>): Promise<T> {
    let reject = (): void => undefined;
    const ended = new Promise<never>((_resolve, fail) => {
      reject = () => fail(this.signal.reason);
    });
    if (this.signal.aborted) reject();
    this.signal.addEventListener('abort', reject);
    try {
      return await Promise.race([promise, ended]);
    } finally {
      this.signal.removeEventListener('abort', reject);
    }
  }

  async sleep(milliseconds: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      await this.waitFor(new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds))));
    } finally {
      clearTimeout(timer);
    }
  }

  end(): void {
    clearTimeout(this.timer);
    this.stopListening?.();
  }
}

function timeoutError(timeout: number): ApiError {
  return new ApiError({ code: 'timeout', status: 0, detail: `The server did not answer within ${timeout} ms.` });
}

/** Runs a call with the deadline that its options set. */
export async function withDeadline<T>(
  { signal, timeout }: CallOptions,
  defaultTimeout: number,
  call: (deadline: Deadline) => Promise<T>,
): Promise<T> {
  const deadline = new Deadline(timeout ?? defaultTimeout, signal);
  try {
    return await deadline.waitFor(call(deadline));
  } finally {
    deadline.end();
  }
}
