import type { Metrics } from '../observability/metrics.js';
import type { Principal } from '../domain/principal.js';

/** A read-through cache of principals, by session id. */
export interface SessionCache {
  /** @param read reads the principal from the database; undefined if the session has ended or expired */
  find(sessionId: string, read: () => Promise<Principal | undefined>): Promise<Principal | undefined>;
  /** Call this before and after the COMMIT that changes these sessions or their accounts. Never rejects. */
  forget(sessionIds: readonly string[]): Promise<void>;
}

/** No cache: every request reads its session from the database. */
export function readEverySession({ cacheRequests }: Pick<Metrics, 'cacheRequests'>): SessionCache {
  return {
    find(_sessionId, read) {
      cacheRequests.inc({ result: 'bypass' });
      return read();
    },
    forget: async () => undefined,
  };
}
