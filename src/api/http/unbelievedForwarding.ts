import cluster from 'node:cluster';
import type { IncomingMessage } from 'node:http';
import { canonicalAddress } from '../../domain/canonicalAddress.js';
import type { Logger } from '../../observability/logger.js';
import type { IsTrustedProxy } from './trustCanonicalAddresses.js';

const message =
  'X-Forwarded-For arrives from an address that TRUST_PROXY does not name, and is ignored: all clients of that address ' +
  'share its rate limits. If it is your proxy, set TRUST_PROXY.';

/**
 * Warns once a start, the first time that X-Forwarded-For arrives from an address that is not trusted: usually TRUST_PROXY was
 * forgotten.
 */
export class UnbelievedForwarding {
  /** The first worker of a start warns for all. */
  private hasWarned = (cluster.worker?.id ?? 1) > 1;

  constructor(
    private readonly isTrustedProxy: IsTrustedProxy,
    private readonly logger: Pick<Logger, 'warn'>,
  ) {}

  /** Call this with each request. */
  check({ headers, socket: { remoteAddress: ip } }: IncomingMessage): void {
    if (this.hasWarned || headers['x-forwarded-for'] === undefined || ip === undefined) return;
    // Hop 0 is the peer itself.
    if (this.isTrustedProxy(ip, 0)) return;
    this.hasWarned = true;
    this.logger.warn({ ip: canonicalAddress(ip) }, message);
  }
}
