import { spawnSync } from 'node:child_process';

/** The PATH, with the folder where Debian installs servers. */
export const programPath = `${process.env['PATH'] ?? ''}:/usr/sbin`;

/**
 * Says that a program is missing, so that some tests are skipped.
 * @throws Error if CI is set
 */
export function reportMissing(program: string): undefined {
  const message = `There is no ${program} here: some tests are skipped. .ci/install installs it.`;
  if (process.env['CI']) throw new Error(message);
  console.warn(message);
}

/**
 * The output of a program that prints its version; undefined if it is missing, which is reported.
 * @param words the arguments for that
 * @throws Error if it is missing and CI is set
 */
export function versionOf(program: string, ...words: string[]): string | undefined {
  const { status, stdout } = spawnSync(program, words, {
    encoding: 'utf8',
    env: { ...process.env, PATH: programPath },
  });
  return status === 0 ? stdout : reportMissing(program);
}
