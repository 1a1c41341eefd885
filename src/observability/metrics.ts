import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

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

/**
 * What Prometheus is told of one process. docs/operations.md says what each is for. A count is there as 0 before there is
 * something to count, where its labels are known: Prometheus sees it grow only from a value that it has seen.
 */
export class Metrics {
  readonly registry = new Registry();

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

  constructor() {
    for (const result of ['hit', 'miss', 'bypass']) this.cacheRequests.inc({ result }, 0);
  }

  /**
   * Reports those of Node itself: processor time, memory, garbage collection, how late the event loop is. That takes a
   * turn of the event loop every 10 ms, be there requests or none, so only where somebody may ask.
   */
  watchNode(): void {
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
      collect: (gauge) => gauge.set(isUp() ? 1 : 0),
    });
  }

  /** All there is to tell, in Prometheus's text format. */
  scrape(): Promise<string> {
    return this.registry.metrics();
  }

  private counter<Label extends string>(name: string, help: string, labelNames: Label[] = []): Counter<Label> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  private gauge(name: string, help: string, options: { labels?: string[]; collect: (gauge: Gauge) => void }): void {
    const { labels: labelNames = [], collect } = options;
    new Gauge({
      name,
      help,
      labelNames,
      registers: [this.registry],
      collect() {
        collect(this);
      },
    });
  }
}
