import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';

/** Where Debian installs each version of PostgreSQL's server. */
const postgresVersions = '/usr/lib/postgresql';

/** The folder of the newest PostgreSQL server that Debian has installed. */
function postgresFolder(): string[] {
  try {
    const newest = Math.max(...readdirSync(postgresVersions).map(Number));
    return [`${postgresVersions}/${newest}/bin`];
  } catch {
    return [];
  }
}

/** The PATH, with the folders where Debian installs servers. */
export const programPath = [process.env['PATH'], '/usr/sbin', ...postgresFolder()].join(':');

/** What installs the programs that `.ci/install` without a word does not. */
const installers: Record<string, string> = {
  patroni: '.ci/install failover',
  etcd: '.ci/install failover',
  pg_rewind: '.ci/install failover',
  java: '.ci/install specmatic',
};

/**
 * Says that a program is missing, so that some tests are skipped.
 * @throws Error if CI is set
 */
export function reportMissing(program: string): undefined {
  const installer = installers[program] ?? '.ci/install';
  const message = `There is no ${program} here: some tests are skipped. ${installer} installs it.`;
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
