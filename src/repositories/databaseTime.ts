import { literal } from 'sequelize';

/**
 * SQL for a time on the database's clock, in milliseconds from now. What expires is written and compared with this clock only,
 * because the clocks of instances may differ.
 */
export function databaseTime(fromNowMs = 0): ReturnType<typeof literal> {
  return literal(`now() + ${fromNowMs} * interval '1 millisecond'`);
}
