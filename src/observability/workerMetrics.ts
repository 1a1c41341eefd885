import { AggregatorRegistry, Counter, Gauge, Registry } from 'prom-client';

/** Metrics about the workers of an instance, beside those that the workers report themselves. No metric is in both. */
export class WorkerMetrics {
  private readonly registry = new Registry();
  private readonly aggregator = new AggregatorRegistry();
  private readonly silent: Gauge;
  readonly exits: Counter;

  /** @param running how many workers take requests now */
  constructor(wanted: number, running: () => number) {
    const registers = [this.registry];
    this.exits = new Counter({
      name: 'smart_audit_worker_exits_total',
      help: 'Workers that died without being told to.',
      registers,
    });
    this.silent = new Gauge({
      name: 'smart_audit_workers_silent',
      help: '1 while a worker does not answer, so that the metrics of all workers are missing.',
      registers,
    });
    new Gauge({ name: 'smart_audit_workers_wanted', help: 'WORKERS.', registers }).set(wanted);
    new Gauge({
      name: 'smart_audit_workers',
      help: 'Processes that take requests.',
      registers,
      collect() {
        this.set(running());
      },
    });
  }

  /**
   * All metrics of the instance, in Prometheus's text format.
   * @param ofWorkers resolves with those of the workers, by default of all worker processes; they get five seconds to answer
   */
  async scrape(ofWorkers = () => this.aggregator.clusterMetrics()): Promise<string> {
    const text = await ofWorkers().catch(() => undefined);
    this.silent.set(text === undefined ? 1 : 0);
    return (await this.registry.metrics()) + (text ?? '');
  }
}

/**
 * Has this worker answer when the primary process asks for metrics. The label `worker` gives it series of its own: in a sum, a
 * replaced worker would look like a counter reset of all.
 */
export function shareMetrics(registry: Registry, worker: number): void {
  registry.setDefaultLabels({ worker: String(worker) });
  AggregatorRegistry.setRegistries(registry);
  // Listens for the questions of the primary process.
  new AggregatorRegistry();
}
