import type { Socket } from 'node:net';
import { addressKey } from '../../domain/addressKey.js';
import { canonicalAddress } from '../../domain/canonicalAddress.js';
import type { Logger } from '../../observability/logger.js';
import type { Metrics } from '../../observability/metrics.js';
import { QuietWarning } from '../../observability/quietWarning.js';
import type { IsTrustedProxy } from './trustCanonicalAddresses.js';

/**
 * Limits the number of connections, and allows one network address a quarter of them. Trusted proxies are exempt from the
 * latter.
 *
 * Not `server.maxConnections`: in Node 20, worker and primary process pass connections beyond it back and forth in a busy
 * loop.
 */
export class ConnectionLimit {
  private open = 0;
  private readonly openOf = new Map<string, number>();
  private readonly tooMany: QuietWarning;
  private readonly tooManyOfOne: QuietWarning;

  constructor(
    private readonly max: number,
    readonly isTrustedProxy: IsTrustedProxy,
    logger: Pick<Logger, 'warn'>,
    private readonly metrics: Pick<Metrics, 'refusedConnections'>,
  ) {
    this.tooMany = new QuietWarning(logger, 'Rejected connections: CONNECTIONS_MAX are open', 'refused');
    const message = 'Rejected connections: one address has a quarter of CONNECTIONS_MAX open';
    this.tooManyOfOne = new QuietWarning(logger, message, 'refused');
  }

  /** Call this with each new connection: counts it until it closes, or destroys it. */
  admit(socket: Socket): void {
    const { remoteAddress: ip } = socket;
    // Hop 0 is the peer itself.
    const key = ip !== undefined && this.isTrustedProxy(ip, 0) ? undefined : addressKey(ip);
    if (this.open >= this.max) return this.refuse(socket, () => this.tooMany.happened());
    if (key !== undefined && this.countOf(key) >= Math.max(1, Math.floor(this.max / 4))) {
      return this.refuse(socket, () => this.tooManyOfOne.happened({ ip: canonicalAddress(ip) }));
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
