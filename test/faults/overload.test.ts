import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { connectToDatabase } from '../support/connectToDatabase.js';
import { median } from '../support/median.js';
import { scrape } from '../support/scrape.js';
import { serverFixture } from '../support/serverFixture.js';
import type { ServerProcess } from '../support/serverProcess.js';
import { until } from '../support/until.js';
import { signInAt, signUpAt, type Account } from '../support/visitor.js';

/** Much more than an answer takes on a busy machine, and much less than what it must not wait for. */
const promptMs = 2000;

interface TimedAnswer {
  status: number;
  code: unknown;
  retryAfter: string | null;
  ms: number;
}

async function timed(url: string, init: RequestInit): Promise<TimedAnswer> {
  const start = performance.now();
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(15_000) });
  const { code } = (await response.json()) as { code?: unknown };
  const { status, headers } = response;
  return { status, code, retryAfter: headers.get('retry-after'), ms: performance.now() - start };
}

function medianMs(answers: readonly TimedAnswer[]): number {
  return median(answers.map(({ ms }) => ms));
}

describe('A server that has too much to do', () => {
  const servers = serverFixture();
  let server: ServerProcess;
  let account: Account;
  let token: string;

  async function start(settings: Record<string, string>): Promise<void> {
    server = await servers.start({ RATE_LIMIT_FACTOR: '0', SIGN_IN_FAILURES_MAX: '1000000', ...settings });
    account = await signUpAt(server.url);
    token = await signInAt(server.url, account);
  }

  const read = (token: string): Promise<TimedAnswer> =>
    timed(`${server.url}/api/v1/users/me`, { headers: { Authorization: `Bearer ${token}` } });
  const patch = (token: string): Promise<TimedAnswer> =>
    timed(`${server.url}/api/v1/users/me`, {
      method: 'PATCH',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: '{"first_name": "Ada"}',
    });
  const signIn = (): Promise<TimedAnswer> =>
    timed(`${server.url}/auth/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ email: account.email, password: account.password }),
    });

  /** How many connections to the database are in this state, or how many requests wait for one. */
  const pool = async (state: string): Promise<number | undefined> =>
    (await scrape(server)).value('smart_audit_database_pool_connections', { state });

  it('answers with 503 in DATABASE_ACQUIRE_TIMEOUT_MS while the only connection waits for a locked row, and counts them', async () => {
    // Every request needs the database.
    const settings = { DATABASE_POOL_MAX: '1', DATABASE_ACQUIRE_TIMEOUT_MS: '1500', SESSION_CACHE_SECONDS: '0' };
    await start({ ...settings, METRICS_PORT: '0' });
    const locker = await connectToDatabase(servers.database.url);
    await locker.query('BEGIN');
    await locker.query('SELECT FROM users WHERE email = $1 FOR UPDATE', [account.email]);
    const waiting = patch(token);
    await until(async () => {
      const { rowCount } = await locker.query(`SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'
        AND datname = current_database()`);
      return rowCount === 1;
    });

    // Reads share a query, logins do not.
    const asked = [...Array.from({ length: 20 }, () => read(token)), signIn(), signIn(), signIn()];
    await until(async () => Number(await pool('waiting')) > 2, 5000);
    expect([await pool('used'), await pool('idle')]).to.deep.equal([1, 0]);
    const answers = await Promise.all(asked);
    const ready = await timed(`${server.url}/health/ready`, {});
    await locker.query('ROLLBACK');
    await locker.end();
    for (const { status, code, retryAfter, ms } of answers) {
      expect({ status, code, retryAfter }).to.deep.equal({
        status: 503,
        code: 'database_unavailable',
        retryAfter: '5',
      });
      expect(ms).to.be.within(1450, 1500 + promptMs);
    }
    expect(ready).to.include({ status: 503, code: 'not_ready', retryAfter: '5' });
    expect((await waiting).status).to.equal(200);
    expect((await read(token)).status).to.equal(200);
    await until(async () => (await pool('idle')) === 1);
    expect([await pool('used'), await pool('waiting')]).to.deep.equal([0, 0]);
  });

  it('rejects logins over HASH_QUEUE_MAX with 503, completes the others, and answers all else at once', async () => {
    await start({ HASH_QUEUE_MAX: '2', BCRYPT_COST: '12' });
    const idle: TimedAnswer[] = [];
    while (idle.length < 50) idle.push(await read(token));
    const signIns = Promise.all(Array.from({ length: 12 }, signIn));
    const reads: TimedAnswer[] = [];
    const over = new AbortController();
    const reading = (async () => {
      while (!over.signal.aborted) {
        reads.push(await read(token));
        await delay(20);
      }
    })();
    const answers = await signIns;
    over.abort();
    await reading;
    const made = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status !== 200);
    expect(made).to.have.length.within(3, 11);
    for (const { status, code, retryAfter } of refused) {
      expect({ status, code, retryAfter }).to.deep.equal({ status: 503, code: 'overloaded', retryAfter: '5' });
    }
    expect(reads.map(({ status }) => status))
      .to.include(200)
      .and.not.to.include(503);
    expect(Math.max(...reads.map(({ ms }) => ms))).to.be.below(promptMs);
    // A hash takes a hundred times as long.
    expect(medianMs(reads)).to.be.below(20 * medianMs(idle));
    expect((await signIn()).status).to.equal(200);
    // There may be thousands: they are logged as warnings, without stacks.
    const lines = server.lines().filter(({ code }) => code === 'overloaded');
    expect(lines.map(({ level }) => level)).to.deep.equal(refused.map(() => 'warning'));
    expect(JSON.stringify(lines)).not.to.contain('stack');
    expect(server.output()).not.to.contain('"level":"error"');
  });
});
