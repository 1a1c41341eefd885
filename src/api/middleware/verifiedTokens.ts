import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { AccessTokenClaims } from '../../security/accessToken.js';

type RememberedClaims = Pick<AccessTokenClaims, 'sub' | 'sid' | 'exp'>;

/**
 * Caches the claims of verified access tokens, by a hash of the token, so that a heap dump contains no tokens. Checks
 * expiry on each read; the caller checks the session and account.
 */
export class VerifiedTokens {
  private readonly claims: LRUCache<string, RememberedClaims>;

  /** @param max number of tokens; the least recently used one is evicted first */
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
  return hash('sha256', token, 'base64');
}
