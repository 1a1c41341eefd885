import { QueryTypes, type Sequelize } from 'sequelize';
import { until } from './until.js';

/** Waits for one statement to wait for a lock in this database. */
export async function untilOneWaits(sequelize: Sequelize): Promise<void> {
  const sql = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  await until(async () => (await sequelize.query(sql, { type: QueryTypes.SELECT })).length === 1);
}
