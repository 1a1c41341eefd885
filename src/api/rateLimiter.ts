import type { Request, RequestHandler, Response } from 'express';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { addressKey } from '../core/addressKey.js';
import { RateLimitedError } from '../core/errors.js';
import type { Description, RateLimitPolicy } from './description.js';

/** Counts requests per client address, and says so in the RateLimit fields (draft-ietf-httpapi-ratelimit-headers). */
export class RateLimiter {
  private readonly limiter: RateLimiterMemory;
  private readonly limit: number;
  private readonly policyField: string;

  /**
   * @param name how the fields call this policy
   * @param factor what the limit is multiplied by, over 0
   */
  constructor(
    private readonly name: string,
    policy: RateLimitPolicy,
    factor: number,
  ) {
    this.limit = Math.max(1, Math.round(policy.limit * factor));
    this.policyField = `"${name}";q=${this.limit};w=${policy.window_seconds}`;
    this.limiter = new RateLimiterMemory({ points: this.limit, duration: policy.window_seconds });
  }

  /** @throws RateLimitedError */
  async count(req: Request, res: Response): Promise<void> {
    const state = await this.consume(addressKey(req.ip));
    const seconds = Math.max(1, Math.ceil(state.msBeforeNext / 1000));
    res.setHeader('RateLimit-Policy', this.policyField);
    res.setHeader('RateLimit', `"${this.name}";r=${Math.max(0, state.remainingPoints)};t=${seconds}`);
    if (state.consumedPoints > this.limit) throw new RateLimitedError(seconds);
  }

  private async consume(key: string): Promise<RateLimiterRes> {
    try {
      return await this.limiter.consume(key);
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return refusal;
      throw refusal;
    }
  }
}

/**
 * The limit that the description or one of its operations declares, if it declares one.
 * @param factor see RateLimiter; 0 switches limits off
 */
export function declaredLimit(
  name: string,
  { 'x-rate-limit': policy }: Pick<Description, 'x-rate-limit'>,
  factor: number,
): RateLimiter | undefined {
  return policy && factor > 0 ? new RateLimiter(name, policy, factor) : undefined;
}

/** Counts whatever comes: paths that do not exist and the preflights of browsers too. */
export function limitEverything(description: Description, factor: number): RequestHandler {
  const limiter = declaredLimit('default', description, factor);
  return async function countRequest(req, res, next) {
    await limiter?.count(req, res);
    next();
  };
}
