import type { Count } from '../core/requestCounter.js';
import type { Increment, SharedCounts } from '../core/sharedRequestCounter.js';
import type { RedisConnection } from './redisConnection.js';

/** Adds to each key, and lets it expire when its window is over: in one step, so that no count can stay for ever. */
const script = `
local answer = {}
for i, key in ipairs(KEYS) do
  answer[2 * i - 1] = redis.call('INCRBY', key, ARGV[2 * i - 1])
  local left = redis.call('PTTL', key)
  if left < 0 then
    left = tonumber(ARGV[2 * i])
    redis.call('PEXPIRE', key, left)
  end
  answer[2 * i] = left
end
return answer`;

/** Counts of requests that all instances share in Redis. */
export class RedisCounts implements SharedCounts {
  constructor(private readonly redis: Pick<RedisConnection, 'ask'>) {}

  /** @throws RedisUnavailableError */
  async add(increments: readonly Increment[]): Promise<Count[]> {
    const keys = increments.map(({ name }) => `smart-audit:count:${name}`);
    const values = increments.flatMap(({ by, windowSeconds }) => [String(by), String(windowSeconds * 1000)]);
    const answer = (await this.redis.ask('EVAL', (client) =>
      client.eval(script, { keys, arguments: values }),
    )) as number[];
    return increments.map((_increment, index) => ({
      count: answer[2 * index] ?? 0,
      msLeft: answer[2 * index + 1] ?? 0,
    }));
  }
}
