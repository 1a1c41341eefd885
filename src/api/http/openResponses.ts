import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from '../../observability/logger.js';
import { QuietWarning } from '../../observability/quietWarning.js';

/** Maximum number of open requests on one connection. Node itself accepts over a thousand pipelined ones. */
export const openMax = 17;

/** Tracks the open responses of each connection, and limits their number. */
export class OpenResponses {
  private readonly bySocket = new WeakMap<Socket, Set<ServerResponse>>();
  private readonly tooMany: QuietWarning;

  constructor(logger: Pick<Logger, 'warn'>) {
    this.tooMany = new QuietWarning(logger, `Closed connections with more than ${openMax} open requests`, 'closed');
  }

  /**
   * Call this with each request. Destroys the connection if there are too many: clients retry (RFC 9112, section 9.3.2).
   * @returns whether to respond
   */
  admit(socket: Socket, res: ServerResponse): boolean {
    // Node still emits the requests that it read before the connection was destroyed.
    if (socket.destroyed) return false;
    const open = this.bySocket.get(socket) ?? this.track(socket);
    if (open.size >= openMax) {
      socket.destroy();
      this.tooMany.happened();
      return false;
    }
    open.add(res);
    res.once('close', () => open.delete(res));
    return true;
  }

  /** The oldest open response, which Node writes first; undefined if none is open. */
  oldest(socket: Socket): ServerResponse | undefined {
    const [oldest] = this.bySocket.get(socket) ?? [];
    return oldest;
  }

  private track(socket: Socket): Set<ServerResponse> {
    const open = new Set<ServerResponse>();
    this.bySocket.set(socket, open);
    socket.once('close', () => {
      // Node emits 'close' only for the response that has the socket, not for those queued behind it.
      for (const res of open) if (!res.socket) res.emit('close');
    });
    return open;
  }
}
