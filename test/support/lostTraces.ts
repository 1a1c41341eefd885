import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { onDatabase } from './connectToDatabase.js';
import type { MailServer } from './mailServer.js';
import { until } from './until.js';
import type { Trace } from './visitorLoad.js';

/** How often a mail may come: `known` means once or more, always under the same Message-ID. */
export type MailCount = 'once' | 'known';

/**
 * What was answered as done and is not in the database, or only half, and mails that did not come as they should.
 * @returns one line for each
 */
export async function lostTraces(
  traces: readonly Trace[],
  databaseUrl: string,
  mails: MailServer,
  mailCount: MailCount = 'once',
): Promise<string[]> {
  return onDatabase(databaseUrl, async (client) => {
    const accounts = await accountsOf(client, traces);
    const { rows } = await client.query<{ id: string }>('SELECT id FROM sessions');
    const sessionIds = new Set(rows.map(({ id }) => id));
    await untilMailsCame(client, mails, [...accounts.keys()], mailCount);
    return traces.flatMap((trace) => [
      ...accountFaults(trace, accounts.get(trace.email)),
      ...sessionFaults(trace, sessionIds),
      ...mailFaults(trace.email, mails, accounts.has(trace.email), mailCount),
    ]);
  });
}

async function untilMailsCame(
  client: pg.Client,
  mails: MailServer,
  addresses: readonly string[],
  count: MailCount,
): Promise<void> {
  // A job that is done may stay active for a while; a retry within that time would send its mail twice.
  const abandonedAfter = count === 'once' ? '4 seconds' : '1 second';
  await until(async () => {
    // Do not wait for the backoff, nor the two minutes after which an active job counts as abandoned.
    await client.query(
      `UPDATE pgboss.job SET start_after = now(), state = 'retry'
       WHERE state < 'active' AND start_after > now() OR state = 'active' AND started_on < now() - $1::interval`,
      [abandonedAfter],
    );
    await delay(100);
    const came = new Set(mails.received.map(({ to }) => to));
    const { rowCount } = await client.query(`SELECT FROM pgboss.job WHERE name = 'mail' AND state <= 'active' LIMIT 1`);
    return addresses.every((address) => came.has(address)) && rowCount === 0;
  }).catch(() => undefined);
}

function mailFaults(address: string, { received }: MailServer, isThere: boolean, count: MailCount): string[] {
  const ids = received.filter(({ to }) => to === address).map(({ id }) => id);
  const mails = count === 'once' ? ids : [...new Set(ids)];
  return mails.length === (isThere ? 1 : 0) ? [] : [`${address}: got the mails ${ids.join(', ')}`];
}

interface StoredAccount {
  email: string;
  first_name: string;
  jobs: number;
  tokens: number;
}

async function accountsOf(client: pg.Client, traces: readonly Trace[]): Promise<Map<string, StoredAccount>> {
  const { rows } = await client.query<StoredAccount>(
    `SELECT email, first_name, (SELECT count(*)::int FROM links t WHERE t.user_id = u.id) AS tokens,
       (SELECT count(*)::int FROM pgboss.job j WHERE j.data->>'to' = email) AS jobs
     FROM users u WHERE email = ANY($1)`,
    [traces.map(({ email }) => email)],
  );
  return new Map(rows.map((row) => [row.email, row]));
}

function accountFaults({ email, isSignedUp, firstNames }: Trace, account: StoredAccount | undefined): string[] {
  if (!account) return isSignedUp ? [`${email}: no account`] : [];
  const faults = [];
  if (account.jobs !== 1 || account.tokens !== 1)
    faults.push(`${email}: ${account.jobs} jobs, ${account.tokens} tokens`);
  if (!firstNames.includes(account.first_name)) faults.push(`${email}: is called ${account.first_name}`);
  return faults;
}

function sessionFaults({ email, sessionId, endedSessions }: Trace, stored: ReadonlySet<string>): string[] {
  const faults = endedSessions.filter((id) => stored.has(id)).map((id) => `${email}: session ${id} lives on`);
  if (sessionId !== undefined && !stored.has(sessionId)) faults.push(`${email}: session ${sessionId} is gone`);
  return faults;
}
