import { availableParallelism, cpus, loadavg } from 'node:os';

/** What figures depend on, before anything is measured. */
export function surroundings({ database, redisUrl, settings }) {
  return {
    Date: new Date().toISOString(),
    'Node.js': `${process.version}, ${process.platform} ${process.arch}`,
    Processor: `${availableParallelism()} x ${cpus()[0]?.model.trim() ?? 'unknown'}`,
    'Load average of the machine before': loadavg()[0].toFixed(2),
    PostgreSQL: database.version,
    Redis: redisUrl
      ? 'redis-server from the PATH, for this server with 2 workers'
      : 'none on the PATH: this server with 2 workers has no session cache',
    Hashing: `bcrypt cost ${settings.BCRYPT_COST}, as many threads as processors: this server for all its workers, peers in each`,
    Logs: settings.LOG_LEVEL,
  };
}
