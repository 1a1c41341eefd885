import { settingNames } from '../../src/config/config.js';

/** Connections of the job queue, beside the pool: see db/jobQueue.ts. */
export const jobConnections = 2;

/** Connections that PostgreSQL by default accepts of ordinary roles. */
export const postgresConnections = 97;

/** Whether the server has a setting of this name, or one that is read from the file that this names. */
export function isSetting(name: string): boolean {
  return settingNames.includes(name) || settingNames.includes(name.replace(/_FILE$/, ''));
}

/** Settings without those that name files. */
export function withoutFiles(settings: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !name.endsWith('_FILE')));
}
