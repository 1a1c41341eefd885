import { AggregatorRegistry, collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Up to ten seconds, which is about as long as a request may take. Seconds. */
const requestBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const hashBuckets = [0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10, 30];

/** How many connections of a pool do what. */
export interface PoolState {
  used: number;
  idle: number;
  /** Requests that wait for one. */
  waiting: number;
}

/** What Prometheus is told by the process that starts workers: how they are, and what they say, summed up. */
export class WorkerMetrics {
  private readonly registry = new Registry();
  private readonly workers = new AggregatorRegistry();

  readonly exits = new Counter({
    name: 'smart_audit_worker_exits_total',
    help: 'Workers that died without being told to.',
    registers: [this.registry],
  });

  /** @param count how many take requests just now */
  constructor(count: () => number) {
    new Gauge({
      name: 'smart_audit_workers',
      help: 'Processes that take requests.',
      registers: [this.registry],
      collect() {
        this.set(count());
      },
    });
  }

  /** All there is to tell, in Prometheus's text format. Rejects when a worker does not answer in five seconds. */
  async scrape(): Promise<string> {
    const [own, all] = await Promise.all([this.registry.metrics(), this.workers.clusterMetrics()]);
    return `${own}\n${all}`;
  }
}

/** What Prometheus is told of one process. docs/operations.md says what each is for. */
export class Metrics {
  private readonly registry = new Registry();

  readonly requests = new Histogram({
    name: 'smart_audit_http_request_duration_seconds',
    help: 'Requests, by operation of the description and status: how many, and how long they took.',
    labelNames: ['operation', 'status'] as const,
    buckets: requestBuckets,
    registers: [this.registry],
  });

  readonly refusedConnections = this.counter(
    'smart_audit_connections_refused_total',
    'Connections closed at once, for the process had as many as it may.',
  );

  readonly signIns = this.counter('smart_audit_sign_ins_total', 'Sign-ins that succeeded.');

  readonly signInFailures = this.counter('smart_audit_sign_in_failures_total', 'Sign-ins that failed, by error code.', [
    'reason',
  ]);

  readonly rateLimited = this.counter(
    'smart_audit_rate_limited_total',
    'Requests refused by a rate limit, by its name.',
    ['policy'],
  );

  readonly hashes = new Histogram({
    name: 'smart_audit_password_hash_duration_seconds',
    help: 'Password hashes made or compared: how many, and how long they took, with the wait for a thread.',
    buckets: hashBuckets,
    registers: [this.registry],
  });

  readonly cacheRequests = this.counter(
    'smart_audit_session_cache_requests_total',
    'Look-ups of sessions: found in the cache (hit), not there (miss), or not asked of it (bypass).',
    ['result'],
  );

  readonly jobs = this.counter('smart_audit_jobs_total', 'Jobs, by queue: done, failed and to be retried, or failed.', [
    'queue',
    'result',
  ]);

  /** Also those of Node itself: processor time, memory, garbage collection, how late the event loop is. */
  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** Reports what a pool of connections looks like whenever Prometheus asks. */
  watchPool(state: () => PoolState): void {
    this.gauge('smart_audit_database_pool_connections', 'Connections to PostgreSQL: used, idle; requests that wait.', {
      labels: ['state'],
      collect: (gauge) => {
        for (const [name, count] of Object.entries(state()) as [string, number][]) gauge.set({ state: name }, count);
      },
    });
  }

  /** Reports how many passwords wait for a thread. */
  watchHashQueue(length: () => number): void {
    this.gauge('smart_audit_password_hash_queue_length', 'Passwords that wait for a thread to hash them.', {
      collect: (gauge) => gauge.set(length()),
    });
  }

  /** Reports whether Redis answers; where there is none, nothing is reported. */
  watchRedis(isUp: () => boolean): void {
    this.gauge('smart_audit_redis_up', '1 while Redis answers and does what it is asked, else 0.', {
      aggregator: 'min',
      collect: (gauge) => gauge.set(isUp() ? 1 : 0),
    });
  }

  /** All there is to tell, in Prometheus's text format. */
  scrape(): Promise<string> {
    return this.registry.metrics();
  }

  /** Lets the process that started this worker ask for its metrics. */
  shareWithPrimary(): void {
    AggregatorRegistry.setRegistries([this.registry]);
    new AggregatorRegistry();
  }

  private counter<Label extends string>(name: string, help: string, labelNames: Label[] = []): Counter<Label> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  private gauge(
    name: string,
    help: string,
    options: { labels?: string[]; aggregator?: 'sum' | 'min'; collect: (gauge: Gauge) => void },
  ): void {
    const { labels: labelNames = [], aggregator = 'sum', collect } = options;
    new Gauge({
      name,
      help,
      labelNames,
      aggregator,
      registers: [this.registry],
      collect() {
        collect(this);
      },
    });
  }
}
