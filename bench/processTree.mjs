import { readdir, readFile } from 'node:fs/promises';

/** Linux counts processor time in hundredths of a second. */
const microsecondsPerTick = 10_000;
const bytesPerPage = 4096;

/**
 * A process and all that come from it, as they are now. Nothing where there is no /proc.
 * @param {number} pid
 * @returns {Promise<{ pid: number, microseconds: number, bytes: number }[]>} the process itself first; how long each has
 * been on a processor until now, in user and in system mode, all its threads together; and its resident memory
 */
export async function processTree(pid) {
  const names = await readdir('/proc').catch(() => []);
  const processes = (await Promise.all(names.filter((name) => /^\d+$/.test(name)).map(readProcess))).filter(Boolean);
  const childrenOf = byParent(processes);
  const self = processes.find((process) => process.pid === pid);
  const withDescendants = (process) => [process, ...(childrenOf.get(process.pid) ?? []).flatMap(withDescendants)];
  return self ? withDescendants(self) : [];
}

async function readProcess(name) {
  const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
  if (stat === '') return undefined;
  // The second field is the name in brackets, which may itself have spaces and brackets.
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  return {
    pid: Number(name),
    parent: fields[1],
    microseconds: (fields[11] + fields[12]) * microsecondsPerTick,
    bytes: fields[21] * bytesPerPage,
  };
}

function byParent(processes) {
  const groups = new Map();
  for (const process of processes) groups.set(process.parent, [...(groups.get(process.parent) ?? []), process]);
  return groups;
}

/** How long all of them together have been on a processor, in microseconds; NaN where that is not known. */
export function processorTime(tree) {
  return tree.length === 0 ? NaN : tree.reduce((sum, { microseconds }) => sum + microseconds, 0);
}

/** The memory of the largest that serves, in bytes; of several processes, the first only leads. NaN where not known. */
export function workerMemory(tree) {
  const workers = tree.length > 1 ? tree.slice(1) : tree;
  return workers.length === 0 ? NaN : Math.max(...workers.map(({ bytes }) => bytes));
}

/** The memory of all of them, in bytes, as if they shared none of it; NaN where it is not known. */
export function wholeMemory(tree) {
  return tree.length === 0 ? NaN : tree.reduce((sum, { bytes }) => sum + bytes, 0);
}
