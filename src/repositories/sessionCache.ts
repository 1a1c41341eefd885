import type { Metrics } from '../observability/metrics.js';
import type { Principal } from '../domain/principal.js';

/** Remembers who is signed in with which session. */
export interface SessionCache {
  /**
   * Who is signed in with a session: as remembered, or else as read.
   * @param read reads it from the database; undefined for a session that has ended or expired
   */
  find(sessionId: string, read: () => Promise<Principal | undefined>): Promise<Principal | undefined>;
  /** To be called before and after the COMMIT that changes these sessions or their accounts. Never rejects. */
  forget(sessionIds: readonly string[]): Promise<void>;
}

/** Without a cache every request reads its session. */
export function readEverySession({ cacheRequests }: Pick<Metrics, 'cacheRequests'>): SessionCache {
  return {
    find(_sessionId, read) {
      cacheRequests.inc({ result: 'bypass' });
      return read();
    },
    forget: async () => undefined,
  };
}
