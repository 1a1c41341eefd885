import type { Socket } from 'node:net';
import { addressKey } from '../../domain/addressKey.js';
import type { Logger } from '../../observability/logger.js';
import type { Metrics } from '../../observability/metrics.js';
import { QuietWarning } from '../../observability/quietWarning.js';

/**
 * Bounds how many connections there are, and how many one network address has: a quarter of all that there may be, so that
 * one client cannot take them all. Peers that TRUST_PROXY believes are exempt from that, for each brings the connections of
 * many clients.
 *
 * Not `server.maxConnections`: a worker of Node 20 hands connections beyond it back to the primary process, which offers
 * them again and again, in a busy loop.
 */
export class ConnectionLimit {
  private open = 0;
  private readonly openOf = new Map<string, number>();
  private readonly tooMany: QuietWarning;
  private readonly tooManyOfOne: QuietWarning;

  constructor(
    private readonly max: number,
    readonly isBelieved: (address: string, hop: number) => boolean,
    logger: Pick<Logger, 'warn'>,
    private readonly metrics: Pick<Metrics, 'refusedConnections'>,
  ) {
    this.tooMany = new QuietWarning(logger, 'Connections were closed at once: there are CONNECTIONS_MAX', 'refused');
    const message = 'Connections were closed at once: one address has a quarter of CONNECTIONS_MAX';
    this.tooManyOfOne = new QuietWarning(logger, message, 'refused');
  }

  /** To be called with each new connection: closes one that is too many, and counts any other until it closes. */
  admit(socket: Socket): void {
    const { remoteAddress: ip } = socket;
    // Hop 0 is the peer itself.
    const key = ip !== undefined && this.isBelieved(ip, 0) ? undefined : addressKey(ip);
    if (this.open >= this.max) return this.refuse(socket, () => this.tooMany.happened());
    if (key !== undefined && this.countOf(key) >= Math.max(1, Math.floor(this.max / 4))) {
      return this.refuse(socket, () => this.tooManyOfOne.happened({ ip }));
    }
    this.add(key, 1);
    socket.once('close', () => this.add(key, -1));
  }

  private refuse(socket: Socket, warn: () => void): void {
    socket.destroy();
    this.metrics.refusedConnections.inc();
    warn();
  }

  private countOf(key: string): number {
    return this.openOf.get(key) ?? 0;
  }

  private add(key: string | undefined, change: 1 | -1): void {
    this.open += change;
    if (key === undefined) return;
    const count = this.countOf(key) + change;
    if (count > 0) this.openOf.set(key, count);
    else this.openOf.delete(key);
  }
}
