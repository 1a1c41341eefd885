import { QueryTypes, type Sequelize } from 'sequelize';
import { until } from './until.js';

/** Waits until this many statements wait for a lock in this database. */
export async function untilWaiting(sequelize: Sequelize, count: number): Promise<void> {
  const sql = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  await until(async () => (await sequelize.query(sql, { type: QueryTypes.SELECT })).length === count);
}

export const untilOneWaits = (sequelize: Sequelize): Promise<void> => untilWaiting(sequelize, 1);
