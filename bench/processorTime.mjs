import { readFile } from 'node:fs/promises';

/** Linux counts in hundredths of a second. */
const microsecondsPerTick = 10_000;

/**
 * How long a process has been on a processor until now, in microseconds, in user and in system mode, all its threads
 * together. NaN where there is no /proc.
 * @param {number} pid
 */
export async function processorTime(pid) {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The second field is the name in brackets, which may itself have spaces and brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * microsecondsPerTick;
}
