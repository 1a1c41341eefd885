import type { Request, Response } from 'express';
import { addressKey } from '../../domain/addressKey.js';
import { RateLimitedError } from '../../errors.js';
import type { Metrics } from '../../observability/metrics.js';
import type { CreateCounter } from '../../security/requestCounter.js';
import type { Description } from '../openapi/description.js';

/** Counts a request for its client address; rejects with a RateLimitedError beyond the limit. */
export type RateLimiter = (req: Request, res: Response) => Promise<void>;

/** Creates the rate limiters that a description declares. */
export class RateLimits {
  /** @param factor multiplies every limit; 0 turns limits off */
  constructor(
    private readonly factor: number,
    private readonly createCounter: CreateCounter,
    private readonly metrics: Pick<Metrics, 'rateLimited'>,
  ) {}

  /**
   * The limiter of the description or of one of its operations; undefined if it declares none. Sends the RateLimit fields
   * (draft-ietf-httpapi-ratelimit-headers).
   */
  limiterOf(name: string, { 'x-rate-limit': policy }: Pick<Description, 'x-rate-limit'>): RateLimiter | undefined {
    if (!policy || this.factor === 0) return undefined;
    const limit = Math.max(1, Math.round(policy.limit * this.factor));
    const duration = policy.window_seconds;
    const { rateLimited } = this.metrics;
    rateLimited.inc({ policy: name }, 0);
    const counter = this.createCounter({ keyPrefix: `smart-audit:count:${name}`, points: limit, duration });
    const announcement = `"${name}";q=${limit};w=${duration}`;
    return async (req, res) => {
      // Not `consume`: workers may share a counter, and it would apply the limit of the one that created it.
      const { consumedPoints, msBeforeNext } = await counter.penalty(addressKey(req.address));
      const seconds = Math.max(1, Math.ceil(msBeforeNext / 1000));
      res.setHeader('RateLimit-Policy', announcement);
      res.setHeader('RateLimit', `"${name}";r=${Math.max(0, limit - consumedPoints)};t=${seconds}`);
      if (consumedPoints <= limit) return;
      rateLimited.inc({ policy: name });
      throw new RateLimitedError(seconds);
    };
  }
}
