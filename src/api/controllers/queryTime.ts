import { InvalidInputError } from '../../errors.js';

/**
 * Parses a date-time query parameter.
 * @throws InvalidInputError for times that do not exist, such as 30 February or a leap second, and for years outside 1 to
 * 9999
 */
export function queryTime(name: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const date = new Date(text);
  const year = date.getUTCFullYear();
  if (!(year >= 1 && year <= 9999) || !isOfCalendar(text.slice(0, 10)) || text.slice(11, 13) === '24') {
    const message = 'must be a time such as 2026-11-22T09:30:00Z';
    throw new InvalidInputError([{ path: `/query/${name}`, message, rule: 'format', format: 'date-time' }]);
  }
  return date;
}

/** JavaScript parses 30 February as 2 March. */
function isOfCalendar(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}
