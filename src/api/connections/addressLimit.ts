import type { Socket } from 'node:net';
import { addressKey } from '../../core/addressKey.js';
import type { Logger } from '../../core/logger.js';
import type { Metrics } from '../../core/metrics.js';
import { QuietWarning } from '../../core/quietWarning.js';

/**
 * Bounds how many connections one network address has: a quarter of all that there may be, so that one client cannot take
 * them all. Peers that TRUST_PROXY believes are exempt, for each brings the connections of many clients.
 */
export class AddressLimit {
  private readonly max: number;
  private readonly counts = new Map<string, number>();
  private readonly tooMany: QuietWarning;

  constructor(
    connectionsMax: number,
    readonly isBelieved: (address: string, hop: number) => boolean,
    logger: Pick<Logger, 'warn'>,
    private readonly metrics: Pick<Metrics, 'refusedConnections'>,
  ) {
    this.max = Math.max(1, Math.floor(connectionsMax / 4));
    const message = 'Connections were closed at once: one address has a quarter of CONNECTIONS_MAX';
    this.tooMany = new QuietWarning(logger, message, 'refused');
  }

  /** To be called with each new connection: closes one that is too many, and counts any other until it closes. */
  admit(socket: Socket): void {
    const { remoteAddress: address } = socket;
    // Hop 0 is the peer itself.
    if (address !== undefined && this.isBelieved(address, 0)) return;
    const key = addressKey(address);
    const count = this.counts.get(key) ?? 0;
    if (count >= this.max) {
      socket.destroy();
      this.metrics.refusedConnections.inc();
      this.tooMany.happened({ ip: address });
      return;
    }
    this.counts.set(key, count + 1);
    socket.once('close', () => this.release(key));
  }

  private release(key: string): void {
    const count = (this.counts.get(key) ?? 0) - 1;
    if (count > 0) this.counts.set(key, count);
    else this.counts.delete(key);
  }
}
