import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** In seconds. */
const requestBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const hashBuckets = [0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10, 30];

export interface PoolState {
  used: number;
  idle: number;
  /** Requests that wait for a connection. */
  waiting: number;
}

/**
 * The Prometheus metrics of one process; docs/operations.md explains each. Counters with known labels start at 0, so that
 * Prometheus sees the first increase.
 */
export class Metrics {
  readonly registry = new Registry();

  readonly requests = new Histogram({
    name: 'smart_audit_http_request_duration_seconds',
    help: 'Duration of requests, by operation and status.',
    labelNames: ['operation', 'status'] as const,
    buckets: requestBuckets,
    registers: [this.registry],
  });

  readonly refusedConnections = this.counter(
    'smart_audit_connections_refused_total',
    'Connections rejected at CONNECTIONS_MAX.',
  );

  readonly signIns = this.counter('smart_audit_sign_ins_total', 'Sign-ins that succeeded.');

  readonly signInFailures = this.counter('smart_audit_sign_in_failures_total', 'Sign-ins that failed, by error code.', [
    'reason',
  ]);

  readonly rateLimited = this.counter(
    'smart_audit_rate_limited_total',
    'Requests rejected by a rate limit, by its name.',
    ['policy'],
  );

  readonly hashes = new Histogram({
    name: 'smart_audit_password_hash_duration_seconds',
    help: 'Duration of hashing or verifying a password, including the wait for a thread.',
    buckets: hashBuckets,
    registers: [this.registry],
  });

  readonly cacheRequests = this.counter(
    'smart_audit_session_cache_requests_total',
    'Session lookups: found in the cache (hit), not found (miss) or not looked up in it (bypass).',
    ['result'],
  );

  readonly jobs = this.counter('smart_audit_jobs_total', 'Jobs, by queue and result: done, to be retried, or failed.', [
    'queue',
    'result',
  ]);

  constructor() {
    for (const result of ['hit', 'miss', 'bypass']) this.cacheRequests.inc({ result }, 0);
  }

  /** Adds Node's metrics. They sample the event loop every 10 ms, so call this only if metrics are served. */
  watchNode(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  watchPool(state: () => PoolState): void {
    const help = 'Connections to PostgreSQL: used or idle; requests that wait for one.';
    this.gauge('smart_audit_database_pool_connections', help, ['state'], (gauge) => {
      for (const [name, count] of Object.entries(state()) as [string, number][]) gauge.set({ state: name }, count);
    });
  }

  watchHashQueue(length: () => number): void {
    const help = 'Passwords that wait for a hashing thread.';
    this.gauge('smart_audit_password_hash_queue_length', help, [], (gauge) => gauge.set(length()));
  }

  watchRedis(isUp: () => boolean): void {
    const help = '1 while Redis answers and accepts commands, else 0.';
    this.gauge('smart_audit_redis_up', help, [], (gauge) => gauge.set(isUp() ? 1 : 0));
  }

  /** All metrics, in Prometheus's text format. */
  scrape(): Promise<string> {
    return this.registry.metrics();
  }

  private counter<Label extends string>(name: string, help: string, labelNames: Label[] = []): Counter<Label> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  /** @param collect sets the value, at each scrape */
  private gauge(name: string, help: string, labelNames: string[], collect: (gauge: Gauge) => void): void {
    const registers = [this.registry];
    const gauge: Gauge = new Gauge({ name, help, labelNames, registers, collect: () => collect(gauge) });
  }
}
