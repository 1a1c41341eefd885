import type { Request, RequestHandler, Response } from 'express';
import { addressKey } from '../../domain/addressKey.js';
import { RateLimitedError } from '../../errors.js';
import type { Metrics } from '../../observability/metrics.js';
import type { CreateCounter, RequestCounter } from '../../security/requestCounter.js';
import type { Description, RateLimitPolicy } from '../openapi/description.js';

/** Counts requests per client address, and says so in the RateLimit fields (draft-ietf-httpapi-ratelimit-headers). */
export class RateLimiter {
  private readonly policyField: string;

  /**
   * @param name how the fields call this policy
   * @param policy at most so many requests in each window
   */
  constructor(
    private readonly name: string,
    private readonly policy: RateLimitPolicy,
    private readonly counter: RequestCounter,
    private readonly onRefused: () => void,
  ) {
    this.policyField = `"${name}";q=${policy.limit};w=${policy.window_seconds}`;
  }

  /** @throws RateLimitedError */
  async count(req: Request, res: Response): Promise<void> {
    const { limit } = this.policy;
    // Not `consume`: it would enforce the limit of whoever made the counter first, which workers may share.
    const { consumedPoints, msBeforeNext } = await this.counter.penalty(addressKey(req.ip));
    const seconds = Math.max(1, Math.ceil(msBeforeNext / 1000));
    res.setHeader('RateLimit-Policy', this.policyField);
    res.setHeader('RateLimit', `"${this.name}";r=${Math.max(0, limit - consumedPoints)};t=${seconds}`);
    if (consumedPoints <= limit) return;
    this.onRefused();
    throw new RateLimitedError(seconds);
  }
}

/** Makes the limits that a description declares. */
export class RateLimits {
  /** @param factor every limit is multiplied by this; 0 switches limits off */
  constructor(
    private readonly factor: number,
    private readonly createCounter: CreateCounter,
    private readonly metrics: Pick<Metrics, 'rateLimited'>,
  ) {}

  /** The limit that the description or one of its operations declares, if it declares one. */
  limiterOf(name: string, { 'x-rate-limit': policy }: Pick<Description, 'x-rate-limit'>): RateLimiter | undefined {
    if (!policy || this.factor === 0) return undefined;
    const limit = Math.max(1, Math.round(policy.limit * this.factor));
    this.metrics.rateLimited.inc({ policy: name }, 0);
    const onRefused = (): void => this.metrics.rateLimited.inc({ policy: name });
    const keyPrefix = `smart-audit:count:${name}`;
    const counter = this.createCounter({ keyPrefix, points: limit, duration: policy.window_seconds });
    return new RateLimiter(name, { ...policy, limit }, counter, onRefused);
  }
}

/** Counts whatever comes: paths that do not exist and the preflights of browsers too. */
export function limitEverything(description: Description, limits: RateLimits): RequestHandler {
  const limiter = limits.limiterOf('default', description);
  return async function countRequest(req, res, next) {
    await limiter?.count(req, res);
    next();
  };
}
