import type { Sequelize, Transaction } from 'sequelize';
import type { Metrics } from '../core/metrics.js';
import type { Principal } from '../domain/principal.js';
import type { ReadPrincipal, SessionCache } from './sessionCache.js';
import { announceChange } from './sessionNotices.js';

/** Hears of what other processes change. */
export interface Notices {
  /** False where a notice could have been missed. */
  readonly isHeard: boolean;
  onNotice(listener: (sessionId: string) => void): void;
  /** @param listener is called when notices could have been missed */
  onMissed(listener: () => void): void;
}

/** How many sessions are remembered; the oldest is forgotten first. */
const capacity = 10_000;

/**
 * Sessions in the memory of the one process that takes requests. What other processes change, such as the administrator's
 * command, they announce through PostgreSQL; while it is not certain that this is heard, nothing is remembered.
 */
export class MemorySessionCache implements SessionCache {
  private readonly remembered = new Map<string, { principal: Principal; until: number }>();
  /** Moves on with everything that is forgotten: what was read before that is not remembered. */
  private version = 0;

  /** @param lifetimeMs how long a session is remembered at most */
  constructor(
    private readonly sequelize: Sequelize,
    private readonly notices: Notices,
    private readonly lifetimeMs: number,
    private readonly metrics: Pick<Metrics, 'cacheRequests'>,
  ) {
    notices.onNotice((sessionId) => this.forget(sessionId));
    notices.onMissed(() => this.forgetAll());
  }

  async find(sessionId: string, read: ReadPrincipal): Promise<Principal | undefined> {
    if (!this.notices.isHeard) {
      this.metrics.cacheRequests.inc({ result: 'bypass' });
      return read();
    }
    const known = this.remembered.get(sessionId);
    if (known && known.until > Date.now()) {
      this.metrics.cacheRequests.inc({ result: 'hit' });
      return known.principal;
    }
    this.metrics.cacheRequests.inc({ result: 'miss' });
    const { version } = this;
    const principal = await read();
    if (principal && version === this.version) this.remember(principal);
    return principal;
  }

  async block(sessionIds: readonly string[], transaction: Transaction): Promise<void> {
    await announceChange(this.sequelize, sessionIds, transaction);
  }

  async release(sessionIds: readonly string[]): Promise<void> {
    for (const id of sessionIds) this.forget(id);
  }

  private remember(principal: Principal): void {
    const { sessionId, expiresAt } = principal;
    this.remembered.delete(sessionId);
    for (const oldest of this.remembered.keys()) {
      if (this.remembered.size < capacity) break;
      this.remembered.delete(oldest);
    }
    const until = Math.min(Date.now() + this.lifetimeMs, expiresAt.getTime());
    this.remembered.set(sessionId, { principal, until });
  }

  private forget(sessionId: string): void {
    this.version += 1;
    this.remembered.delete(sessionId);
  }

  private forgetAll(): void {
    this.version += 1;
    this.remembered.clear();
  }
}
