import type { ServerResponse } from 'node:http';

/** Answers that are ready, each with its body. */
let ready: { res: ServerResponse; body: string }[] = [];

/**
 * Ends an answer with its body, together with all others that become ready in this turn of the event loop, one right
 * after the other at its end. Whoever reads them is then woken once; written one by one between other work, each answer
 * finds its reader asleep again, and waking it was a third of what a request cost (docs/performance.md).
 */
export function sendTogether(res: ServerResponse, body: string): void {
  if (ready.length === 0) setImmediate(sendAll);
  ready.push({ res, body });
}

function sendAll(): void {
  const answers = ready;
  ready = [];
  for (const { res, body } of answers) {
    try {
      res.end(body);
    } catch (error) {
      // One that cannot be sent must not keep the others.
      res.destroy(error as Error);
    }
  }
}
