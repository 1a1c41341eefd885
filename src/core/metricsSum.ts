import { AggregatorRegistry } from 'prom-client';
import type { Snapshot } from './metrics.js';

/**
 * The metrics of processes that come and go, summed up. A count never falls: what a process has counted stays when it has
 * ended, as Prometheus would take any fall for a restart of everything, and count all that is left a second time.
 */
export class MetricsSum {
  private readonly last = new Map<number, Snapshot>();
  /** The counts of those that have ended. */
  private ended: Promise<Snapshot> = Promise.resolve([]);

  /** @param snapshot what this process has said, in place of what it said before */
  set(processId: number, snapshot: Snapshot): void {
    this.last.set(processId, snapshot);
  }

  /** A process will say no more. */
  end(processId: number): void {
    const counts = (this.last.get(processId) ?? []).filter(isCount);
    this.last.delete(processId);
    this.ended = this.ended.then((ended) => AggregatorRegistry.aggregate([ended, counts]).getMetricsAsJSON());
  }

  /** In Prometheus's text format. */
  async text(): Promise<string> {
    const running = [...this.last.values()];
    return AggregatorRegistry.aggregate([...running, await this.ended]).metrics();
  }
}

/** Whether it only grows; what is not is how things are just now. */
function isCount({ type }: Snapshot[number]): boolean {
  return ['counter', 'histogram'].includes(String(type));
}
