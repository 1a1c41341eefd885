import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { AccessTokenClaims } from '../../security/accessToken.js';

type RememberedClaims = Pick<AccessTokenClaims, 'sub' | 'sid' | 'exp'>;

/**
 * Caches the claims of access tokens that have passed every check, so that a token is verified once and not on each
 * request. Entries are keyed by a hash of the token: a heap dump contains no tokens. Expiry is checked on each read;
 * whether the session and the account are active is for the caller to check.
 */
export class VerifiedTokens {
  private readonly claims: LRUCache<string, RememberedClaims>;

  /** @param max number of tokens to remember; the least recently used one is evicted first */
  constructor(max = 10_000) {
    this.claims = new LRUCache({ max });
  }

  /** Stores the claims of a token whose signature and claims have been verified. */
  remember(token: string, { sub, sid, exp }: RememberedClaims): void {
    this.claims.set(hashOf(token), { sub, sid, exp });
  }

  /** The claims of a remembered token; undefined if it is unknown or has expired. */
  claimsOf(token: string): RememberedClaims | undefined {
    const claims = this.claims.get(hashOf(token));
    return claims && Date.now() / 1000 < claims.exp ? claims : undefined;
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}
