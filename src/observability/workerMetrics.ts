import { AggregatorRegistry, Counter, Gauge, Registry } from 'prom-client';

/** Metrics about the workers of an instance. The workers' own metrics are added on scrape. */
export class WorkerMetrics {
  private readonly registry = new Registry();
  private readonly aggregator = new AggregatorRegistry();
  private readonly silent: Gauge;
  readonly exits: Counter;

  /** @param running returns how many workers serve requests now */
  constructor(wanted: number, running: () => number) {
    const registers = [this.registry];
    this.exits = new Counter({
      name: 'smart_audit_worker_exits_total',
      help: 'Workers that died unexpectedly.',
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
      help: 'Processes that serve requests.',
      registers,
      collect() {
        this.set(running());
      },
    });
  }

  /**
   * All metrics of the instance, in Prometheus's text format.
   * @param ofWorkers the metrics of all workers; by default asks the processes, with a timeout of five seconds
   */
  async scrape(ofWorkers = () => this.aggregator.clusterMetrics()): Promise<string> {
    const text = await ofWorkers().catch(() => undefined);
    this.silent.set(text === undefined ? 1 : 0);
    return (await this.registry.metrics()) + (text ?? '');
  }
}

/**
 * Lets the primary process collect this worker's metrics. The label `worker` keeps series apart: in a sum, a replaced worker would
 * look like a counter reset.
 */
export function shareMetrics(registry: Registry, worker: number): void {
  registry.setDefaultLabels({ worker: String(worker) });
  AggregatorRegistry.setRegistries(registry);
  // Listens for requests of the primary process.
  new AggregatorRegistry();
}
