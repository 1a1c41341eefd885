import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { query } from './connectToDatabase.js';
import { freePort } from './freePort.js';
import { programPath, versionOf } from './realPart.js';
import { temporaryFolder } from './temporaryFolder.js';
import { until } from './until.js';
import { ordinaryUser } from './users.js';

/** The startup parameters that PgBouncer must not refuse: see docs/operations.md. */
export const neededSetting = 'ignore_startup_parameters = statement_timeout,idle_in_transaction_session_timeout';

/** A PgBouncer in front of a database, in transaction mode and with two connections; undefined where there is none. */
export async function startBouncer(
  databaseUrl: string,
  settings: string,
): Promise<{ url: string; child: ChildProcess } | undefined> {
  if (versionOf('pgbouncer', '--version') === undefined) return undefined;
  const { hostname, port, username, password, pathname } = new URL(databaseUrl);
  const folder = await temporaryFolder();
  const own = await freePort();
  const users = join(folder, 'users.txt');
  const ini = join(folder, 'pgbouncer.ini');
  await writeFile(users, `"${username}" "${password}"\n`);
  await writeFile(
    ini,
    `[databases]
     * = host=${hostname} port=${port}
     [pgbouncer]
     listen_addr = 127.0.0.1
     listen_port = ${own}
     unix_socket_dir =
     auth_type = scram-sha-256
     auth_file = ${users}
     pool_mode = transaction
     default_pool_size = 2
     ${settings}
    `,
  );
  for (const file of [users, ini]) await chmod(file, 0o644);
  const child = spawn('pgbouncer', ['--quiet', ini], {
    env: { PATH: programPath },
    stdio: 'ignore',
    ...(await ordinaryUser()).user,
  });
  const url = `postgresql://${username}:${password}@127.0.0.1:${own}${pathname}`;
  await until(async () => query(url, 'SELECT 1').catch(() => undefined));
  return { url, child };
}
