import type { Socket } from 'node:net';
import { addressKey } from '../../core/addressKey.js';
import type { Logger } from '../../core/logger.js';
import type { Metrics } from '../../core/metrics.js';
import { QuietWarning } from '../../core/quietWarning.js';

/**
 * Limits the connections of one network address to a quarter of CONNECTIONS_MAX, so that one client cannot take them all.
 * Proxies trusted by TRUST_PROXY are exempt: each brings the connections of many clients.
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

  /** Call this with each new connection: destroys it if there are too many, else counts it until it closes. */
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
