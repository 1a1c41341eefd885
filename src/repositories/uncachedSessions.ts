import type { Sequelize, Transaction } from 'sequelize';
import type { Metrics } from '../core/metrics.js';
import type { Principal } from '../domain/principal.js';
import type { ReadPrincipal, SessionCache } from './sessionCache.js';
import { announceChange } from './sessionNotices.js';

/** No cache: every request asks the database for its session. Changes are announced to other processes that may remember. */
export class UncachedSessions implements SessionCache {
  constructor(
    private readonly sequelize: Sequelize,
    private readonly metrics: Pick<Metrics, 'cacheRequests'>,
  ) {}

  async find(_sessionId: string, read: ReadPrincipal): Promise<Principal | undefined> {
    this.metrics.cacheRequests.inc({ result: 'bypass' });
    return read();
  }

  async block(sessionIds: readonly string[], transaction: Transaction): Promise<void> {
    await announceChange(this.sequelize, sessionIds, transaction);
  }

  async release(): Promise<void> {
    // Nothing was remembered.
  }
}
