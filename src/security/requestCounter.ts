import { RateLimiterCluster, RateLimiterMemory, type RateLimiterAbstract } from 'rate-limiter-flexible';

/** How long a worker waits for the primary process to count, in milliseconds. */
const primaryTimeoutMs = 500;

/** A limit of `points` requests in each window of `duration` seconds. */
interface CounterOptions {
  keyPrefix: string;
  points: number;
  duration: number;
}

/** Counts requests by key. Every request counts, also those beyond the limit. */
type RequestCounter = Pick<RateLimiterAbstract, 'penalty'>;

export type CreateCounter = (options: CounterOptions) => RequestCounter;

export const memoryCounter: CreateCounter = (options) => new RateLimiterMemory(options);

/** Counts in the primary process for all its workers, or in this process while the primary does not answer. */
export const workerCounter: CreateCounter = (options) => {
  const shared = new RateLimiterCluster({ ...options, timeoutMs: primaryTimeoutMs });
  const own = memoryCounter(options);
  return { penalty: (key, points) => shared.penalty(key, points).catch(() => own.penalty(key, points)) };
};
