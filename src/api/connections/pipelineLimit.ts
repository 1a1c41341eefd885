import type { ServerResponse } from 'node:http';
import type { Logger } from '../../core/logger.js';
import { QuietWarning } from '../../core/quietWarning.js';
import type { NodeConnection } from './nodeConnection.js';

/**
 * How many requests may wait on a connection behind the one whose turn it is. Each takes memory from its arrival on, and node
 * reads as many as fit into 64 kB before anything slows it down: over a thousand.
 */
export const waitingMax = 16;

/** Tells node's parser that what follows is another protocol, so that it makes no requests of what it has read already. */
const parseNoMore = (): number => 2;

/** Bounds how many requests wait on a connection, and sees to it that those which wait there end with it. */
export class PipelineLimit {
  private readonly waitingOn = new WeakMap<NodeConnection, Set<ServerResponse>>();
  private readonly tooMany: QuietWarning;

  constructor(logger: Pick<Logger, 'warn'>) {
    const message = `Connections were closed: more than ${waitingMax} requests waited on one`;
    this.tooMany = new QuietWarning(logger, message, 'closed');
  }

  /**
   * To be called with each request. Where more came than may wait, it closes their connection; a client asks again for what
   * was not answered (RFC 9112, section 9.3.2).
   * @returns whether the request is to be answered
   */
  admit(socket: NodeConnection, res: ServerResponse): boolean {
    if (socket.destroyed) return false;
    if (socket._httpMessage === res) return true;
    const waiting = this.waitingOn.get(socket) ?? this.watch(socket);
    if (waiting.size >= waitingMax) {
      if (socket.parser) socket.parser.onIncoming = parseNoMore;
      socket.destroy();
      this.tooMany.happened();
      return false;
    }
    waiting.add(res);
    // It gets the connection when its turn comes.
    res.once('socket', () => waiting.delete(res));
    return true;
  }

  private watch(socket: NodeConnection): Set<ServerResponse> {
    const waiting = new Set<ServerResponse>();
    this.waitingOn.set(socket, waiting);
    // Node says so only to the answer whose turn it is.
    socket.once('close', () => {
      for (const res of waiting) res.emit('close');
    });
    return waiting;
  }
}
