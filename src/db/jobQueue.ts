import type { PoolConfig } from 'pg';
import PgBoss from 'pg-boss';
import type { Config } from '../config/config.js';
import { clientClass } from './databaseClient.js';
import { JobDatabase } from './jobDatabase.js';
import type { Primary } from './primary.js';
import { applySessionDefaults, sessionTimeouts } from './sessionDefaults.js';

const hours = 3600;

/** The job queue in a migrated database, not yet started. Its own connections keep jobs and requests apart. */
export function createJobQueue(primary: Primary, config: Config['database']): PgBoss {
  const connections = {
    Client: clientClass(primary),
    application_name: 'smart-audit-api jobs',
    max: 2,
    connectionTimeoutMillis: config.connectTimeoutMs,
    query_timeout: config.statementTimeoutMs + 1000,
    ...sessionTimeouts(config.statementTimeoutMs),
    // The pool awaits it; its types do not say so.
    onConnect: applySessionDefaults as PoolConfig['onConnect'],
  };
  const database = new JobDatabase(connections, (error) => boss.emit('error', error));
  const boss = new PgBoss({
    db: database,
    migrate: false,
    // Not used, and its cron parser takes 7 MB.
    schedule: false,
    maintenanceIntervalSeconds: 60,
    // Jobs contain personal data: delete finished ones soon.
    archiveCompletedAfterSeconds: hours,
    archiveFailedAfterSeconds: 24 * hours,
    deleteAfterHours: 24,
  });
  boss.once('stopped', () => void database.close());
  return boss;
}
