import { InvalidInputError } from '../core/errors.js';

/**
 * The time that a parameter of the query gives, as the description's date-time.
 * @throws InvalidInputError for what looks like a time and is none, such as 30 February or a leap second, and for the years
 * before 1 and after 9999 that an offset may lead to
 */
export function queryTime(name: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const date = new Date(text);
  const year = date.getUTCFullYear();
  if (!(year >= 1 && year <= 9999) || !isOfCalendar(text.slice(0, 10)) || text.slice(11, 13) === '24') {
    throw new InvalidInputError([{ path: `/query/${name}`, message: 'must be a time such as 2026-11-22T09:30:00Z' }]);
  }
  return date;
}

/** JavaScript takes 30 February for 2 March. */
function isOfCalendar(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}
