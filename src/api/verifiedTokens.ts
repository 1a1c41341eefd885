import type { AccessTokenClaims } from '../core/accessToken.js';

/** What a request needs of a token. */
type RememberedClaims = Pick<AccessTokenClaims, 'sub' | 'sid' | 'exp'>;

/**
 * Remembers access tokens that have passed every check, so that a token is verified once and not at each request: that
 * was a quarter of the time of a request (docs/performance.md). What can change about a token is asked each time: whether
 * it has expired, here, and whether its session lives and its account is active, by the caller.
 */
export class VerifiedTokens {
  private readonly tokens = new Map<string, RememberedClaims>();

  /** @param capacity how many to remember; the oldest is forgotten first */
  constructor(private readonly capacity = 10_000) {}

  /** Takes note of a token whose signature and claims have been verified. */
  remember(token: string, { sub, sid, exp }: RememberedClaims): void {
    if (this.tokens.size >= this.capacity) this.forgetOldest();
    this.tokens.set(token, { sub, sid, exp });
  }

  /** Whose token this is, and of which session; undefined for one that is not remembered, and for one that has expired meanwhile. */
  claimsOf(token: string): RememberedClaims | undefined {
    const known = this.tokens.get(token);
    if (!known) return undefined;
    if (Date.now() / 1000 < known.exp) return known;
    this.tokens.delete(token);
    return undefined;
  }

  private forgetOldest(): void {
    for (const token of this.tokens.keys()) {
      this.tokens.delete(token);
      return;
    }
  }
}
