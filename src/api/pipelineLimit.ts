import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * How many requests may wait on a connection behind the one that is being answered. Each takes memory from its arrival on, and
 * node reads as many as fit into 64 kB before anything slows it down: over a thousand.
 */
export const waitingMax = 16;

const waiting = Symbol('requests that wait behind another on a connection');

/** What node's server notes on a connection and does not declare. */
type Connection = Socket & {
  /** The answer whose turn it is. */
  _httpMessage?: ServerResponse | null;
  parser?: { onIncoming: (() => number) | null } | null;
  [waiting]?: number;
};

/** Tells node's parser that what follows is another protocol, so that it makes no requests of what it has read already. */
const parseNoMore = (): number => 2;

/**
 * To be called with each request. Where more came than may wait, it closes their connection; a client asks again for what was
 * not answered (RFC 9112, section 9.3.2).
 * @returns whether the request is to be answered
 */
export function admitPipelined(socket: Connection, res: ServerResponse): boolean {
  if (socket.destroyed) return false;
  if (socket._httpMessage === res) return true;
  const before = socket[waiting] ?? 0;
  if (before >= waitingMax) {
    if (socket.parser) socket.parser.onIncoming = parseNoMore;
    socket.destroy();
    return false;
  }
  socket[waiting] = before + 1;
  res.once('close', () => (socket[waiting] = (socket[waiting] ?? 1) - 1));
  return true;
}
