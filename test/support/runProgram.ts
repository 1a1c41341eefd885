import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryFolder } from './temporaryFolder.js';

const execute = promisify(execFile);

/** The exit code of a program, and what it wrote. */
export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end, whether it succeeds or fails. */
export async function runProgram(
  file: string,
  words: string[],
  options: {
    cwd?: string;
    env?: NodeJS.ProcessEnv;
    uid?: number;
    gid?: number;
    timeout?: number;
    maxBuffer?: number;
  } = {},
): Promise<Outcome> {
  return execute(file, words, options).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: unknown) => error as Outcome,
  );
}

/** Runs a built program of this project with nothing but these settings, in an empty folder unless one is given. */
export async function runBuilt(
  name: 'admin' | 'migrate' | 'server',
  words: string[],
  settings: Record<string, string>,
  folder?: string,
): Promise<Outcome> {
  const file = fileURLToPath(new URL(`../../dist/${name}.js`, import.meta.url));
  const env = { PATH: process.env['PATH'], ...settings };
  return runProgram(process.execPath, [file, ...words], { cwd: folder ?? (await temporaryFolder()), env });
}
