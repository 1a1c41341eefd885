import type { Serializable } from 'node:child_process';
import type { Worker } from 'node:cluster';

/** Whether something that another process has sent is of this type. */
export function isOfType<T extends { type: string }>(message: unknown, type: T['type']): message is T {
  return (message as { type?: unknown } | null)?.type === type;
}

/** Tells a worker something. Where it is gone, or goes just now, nobody needs it any more. */
export function tell(worker: Worker, message: Serializable): void {
  // Without the callback, a failure would be an event of the worker.
  if (worker.isConnected()) worker.send(message, () => undefined);
}
