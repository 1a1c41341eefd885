import PgBoss from 'pg-boss';
import type { Config } from '../config/config.js';
import { JobDatabase } from './jobDatabase.js';

const hours = 3600;

/**
 * The job queue in a database whose migrations have been applied; not yet started. Its connections are its own, so that
 * jobs and requests do not wait for each other.
 */
export function createJobQueue(databaseUrl: string, config: Config['database']): PgBoss {
  const connections = {
    connectionString: databaseUrl,
    application_name: 'smart-audit-api jobs',
    max: 2,
    connectionTimeoutMillis: config.connectTimeoutMs,
    query_timeout: config.statementTimeoutMs + 1000,
  };
  const database = new JobDatabase(connections, (error) => boss.emit('error', error));
  const boss = new PgBoss({
    db: database,
    migrate: false,
    // Its schedules are read with the engine's calendars of all the world, which take 7 MB.
    schedule: false,
    maintenanceIntervalSeconds: 60,
    // Jobs name people and their addresses: what is done is soon forgotten.
    archiveCompletedAfterSeconds: hours,
    archiveFailedAfterSeconds: 24 * hours,
    deleteAfterHours: 24,
  });
  boss.once('stopped', () => void database.close());
  return boss;
}
