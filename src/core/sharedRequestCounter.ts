import DataLoader from 'dataloader';
import type { Count, CountKey, RequestCounter } from './requestCounter.js';

/** So many requests at once, of one key. */
export interface Increment extends CountKey {
  by: number;
}

/** Counts what several processes take. */
export interface SharedCounts {
  /** The counts after these increments, in their order. Rejects where they cannot be had now. */
  add(increments: readonly Increment[]): Promise<Count[]>;
}

/**
 * Counts requests together with other processes. What comes within one turn of the event loop is counted at once, by
 * one message: a message for each request would cost more than all the rest of it (docs/performance.md). Where the others
 * cannot be asked, each process counts for itself.
 */
export class SharedRequestCounter implements RequestCounter {
  private readonly loader: DataLoader<CountKey, Count>;

  constructor(
    private readonly shared: SharedCounts,
    private readonly own: RequestCounter,
  ) {
    this.loader = new DataLoader((keys: readonly CountKey[]) => this.countAll(keys), {
      cache: false,
      batchScheduleFn: (callback) => setImmediate(callback),
    });
  }

  count(key: CountKey): Promise<Count> {
    return this.loader.load(key);
  }

  private async countAll(keys: readonly CountKey[]): Promise<Count[]> {
    const increments = new Map<string, Increment>();
    const places = keys.map((key) => {
      const increment = increments.get(key.name) ?? { ...key, by: 0 };
      increments.set(key.name, increment);
      increment.by += 1;
      return increment.by;
    });
    try {
      const counts = await this.shared.add([...increments.values()]);
      const totals = new Map([...increments.values()].map(({ name, by }, index) => [name, { by, ...counts[index] }]));
      return keys.map(({ name }, index) => place(totals.get(name), places[index]));
    } catch {
      return Promise.all(keys.map((key) => this.own.count(key)));
    }
  }
}

/** The count of the request that came at this place among those that were counted at once. */
function place(total: ({ by: number } & Partial<Count>) | undefined, position = 0): Count {
  const { by = 0, count = 0, msLeft = 0 } = total ?? {};
  return { count: count - by + position, msLeft };
}
