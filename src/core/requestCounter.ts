import { RateLimiterMemory } from 'rate-limiter-flexible';

/** How many requests there were, with the one that was counted. */
export interface Count {
  count: number;
  /** Until counting begins anew, in milliseconds. */
  msLeft: number;
}

/** What is counted together. */
export interface CountKey {
  /** Who is counted, and for which limit. */
  name: string;
  /** How long a window is: it begins with the first request in it. */
  windowSeconds: number;
}

/** Counts requests. */
export interface RequestCounter {
  count(key: CountKey): Promise<Count>;
}

/** Counts in this process. */
export class MemoryRequestCounter implements RequestCounter {
  private readonly counters = new Map<number, RateLimiterMemory>();

  /** @param by how many requests to count at once */
  async count({ name, windowSeconds }: CountKey, by = 1): Promise<Count> {
    const { consumedPoints, msBeforeNext } = await this.counterOf(windowSeconds).penalty(name, by);
    return { count: consumedPoints, msLeft: msBeforeNext };
  }

  private counterOf(windowSeconds: number): RateLimiterMemory {
    const known = this.counters.get(windowSeconds);
    if (known) return known;
    const counter = new RateLimiterMemory({ points: 1, duration: windowSeconds });
    this.counters.set(windowSeconds, counter);
    return counter;
  }
}
