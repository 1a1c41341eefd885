import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { until } from './until.js';

const run = promisify(execFile);

/** The process ids of the PostgreSQL servers whose data are in this folder or below. */
export async function postgresProcesses(folder: string): Promise<number[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,args=']);
  return stdout
    .split('\n')
    .filter((line) => line.includes(`postgres -D ${folder}/`))
    .map((line) => Number.parseInt(line, 10));
}

/** Ends the PostgreSQL servers that a failed test has left in this folder. */
export async function endPostgres(folder: string): Promise<void> {
  for (const processId of await postgresProcesses(folder)) process.kill(processId, 'SIGQUIT');
  await until(async () => (await postgresProcesses(folder)).length === 0);
}
