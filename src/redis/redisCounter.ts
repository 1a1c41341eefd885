import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';
import type { CreateCounter } from '../security/requestCounter.js';
import type { RedisConnection } from './redisConnection.js';

/** Counts requests in Redis for all instances, or in this process while Redis is down. */
export function redisCounter(redis: Pick<RedisConnection, 'isUp' | 'ask'>): CreateCounter {
  // What RateLimiterRedis uses of a client.
  const storeClient = {
    get isReady() {
      return redis.isUp;
    },
    eval: (script: string, options: { keys: string[]; arguments: string[] }) =>
      redis.ask('EVAL', (client) => client.eval(script, options)),
  };
  return (options) =>
    new RateLimiterRedis({
      ...options,
      storeClient,
      useRedisPackage: true,
      rejectIfRedisNotReady: true,
      insuranceLimiter: new RateLimiterMemory(options),
    });
}
