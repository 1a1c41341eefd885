import { spawnSync } from 'node:child_process';

/** The PATH, with the folder where Debian has servers. */
export const programPath = `${process.env['PATH'] ?? ''}:/usr/sbin`;

/**
 * What a program says of its version; undefined where it is missing.
 * @param words its arguments that print the version
 * @throws Error where it is missing and CI is set
 */
export function versionOf(program: string, ...words: string[]): string | undefined {
  const { status, stdout } = spawnSync(program, words, {
    encoding: 'utf8',
    env: { ...process.env, PATH: programPath },
  });
  if (status === 0) return stdout;
  const message = `There is no ${program} here: some tests are skipped. .ci/install installs it.`;
  if (process.env['CI']) throw new Error(message);
  console.warn(message);
  return undefined;
}
