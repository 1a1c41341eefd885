import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * How many requests a connection is good for: a number between these, by lot, so that connections that were opened together
 * are not renewed together. To open one costs the server about 1.4 ms.
 */
const [fewest, most] = [1000, 3000];

const remainingRequests = Symbol('requests that a connection is still good for');

/**
 * To be called with each request where several processes accept connections: closes its connection with the answer, which
 * says so, when there have been enough; the client opens another (RFC 9112, section 9.6).
 *
 * Of many connections that are opened at once, one process takes nearly all, and would keep them as long as their clients
 * do. Those that are opened one by one go to whoever has time.
 */
export function renewConnection(socket: Socket & { [remainingRequests]?: number }, res: ServerResponse): void {
  const remaining = (socket[remainingRequests] ?? fewest + Math.floor(Math.random() * (most - fewest))) - 1;
  socket[remainingRequests] = remaining;
  if (remaining <= 0) res.setHeader('Connection', 'close');
}
