import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { Agent, request, type IncomingMessage, type RequestOptions } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import pg from 'pg';
import { freePort } from '../support/freePort.js';
import {
  failedStart,
  productionSettings,
  startServer,
  stopServers,
  type ServerProcess,
} from '../support/serverProcess.js';
import { postgresProcesses } from '../support/postgresProcesses.js';
import { scrape } from '../support/scrape.js';
import { startLoad, type SteadyLoad } from '../support/steadyLoad.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporaryFolder.js';
import { createTestDatabase, type TestDatabase } from '../support/testDatabase.js';
import { until } from '../support/until.js';
import { signInAt, signUpAt, whoAmI } from '../support/visitor.js';

const connections = 20;

/** So many connections to the database a worker has at most, where they are counted. */
const poolMax = 2;

/** The log lines that say this. */
function lines(server: ServerProcess, message: string): Record<string, unknown>[] {
  return server
    .output()
    .split('\n')
    .filter((line) => line.includes(`"msg":"${message}"`))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** The sum of all values of a metric whose labels have all of these in them. */
async function metric(server: ServerProcess, name: string, ...labels: string[]): Promise<number> {
  const [, url] = await server.wrote(/Metrics (http:\S+\/metrics)/);
  const text = await (await fetch(url!)).text();
  const samples = Array.from(text.matchAll(new RegExp(`^${name}(\\{.*\\})? (\\S+)$`, 'gm')));
  const chosen = samples.filter(([, all = '']) => labels.every((label) => all.includes(label)));
  expect(chosen, name).not.to.deep.equal([]);
  return chosen.reduce((sum, [, , value]) => sum + Number(value), 0);
}

/** How many connections a server's pools have, as PostgreSQL counts them. */
async function pooledConnections(databaseUrl: string): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const counted = client.query<{ count: number }>(
    `SELECT count(*)::int FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'smart-audit-api'`,
  );
  const { rows } = await counted.finally(() => client.end());
  return rows[0]!.count;
}

function isRunning(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch {
    return false;
  }
}

/** The processes that a server has started, but for those that have ended and of whose end it has not yet heard. */
async function startedBy(server: ServerProcess): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,stat=']);
  const all = stdout.split('\n').map((line) => line.trim().split(/ +/));
  return all
    .filter(([, parent, state]) => Number(parent) === server.processId && !state?.startsWith('Z'))
    .map(([id]) => Number(id));
}

describe('A server with two workers', () => {
  let database: TestDatabase;
  let server: ServerProcess;
  let token: string;

  before(async () => (database = await createTestDatabase()));
  after(() => database.drop());
  afterEach(stopServers);
  afterEach(removeTemporaryFolders);

  async function start(settings: Record<string, string> = {}): Promise<void> {
    const folder = await temporaryFolder();
    const all = { ...productionSettings(database.url), WORKERS: '2', RATE_LIMIT_FACTOR: '1000000', ...settings };
    server = await startServer({ folder, settings: all });
    token = await signInAt(server.url, await signUpAt(server.url));
  }

  const own = (): string => `${server.url}/api/v1/users/me`;

  /** The process ids of all that have ever been ready. */
  const workers = (): number[] => lines(server, 'Worker ready').map(({ pid }) => pid as number);

  /** Does something while a worker takes nothing: who connects meanwhile gets the other one. */
  async function without<T>(worker: number, work: () => Promise<T>): Promise<T> {
    process.kill(worker, 'SIGSTOP');
    try {
      return await work();
    } finally {
      process.kill(worker, 'SIGCONT');
    }
  }

  /** A load all of whose connections are those of one worker. */
  async function loadOnOne(): Promise<SteadyLoad> {
    const load = startLoad(own(), token, connections);
    await load.succeeded(200);
    return load;
  }

  /** Resolves when so many workers have answered. A connection is that worker's who takes it first, so it may take a while. */
  async function untilInUse(count: number): Promise<void> {
    await until(async () => {
      const load = startLoad(own(), token, connections);
      await load.succeeded(connections);
      await load.stop();
      return new Set(lines(server, 'Request').map(({ worker }) => worker)).size === count;
    });
  }

  it('takes requests with both, and its metrics are the sums of both', async () => {
    await start({
      METRICS_PORT: '0',
      DATABASE_POOL_MAX: String(poolMax),
      // One person signs in many times at once.
      SIGN_IN_FAILURES_MAX: '1000000',
    });
    await untilInUse(2);

    const account = await signUpAt(server.url);
    let signIns = 1;
    const written = (): Record<string, unknown>[] =>
      lines(server, 'Request').filter(({ operation }) => operation === 'logIn');
    const signInManyTimes = async (): Promise<void> => {
      await Promise.all(Array.from({ length: connections }, () => signInAt(server.url, account)));
      signIns += connections;
      await until(async () => written().length === signIns);
    };
    await until(async () => {
      await signInManyTimes();
      return new Set(written().map(({ worker }) => worker)).size === 2;
    });
    expect(await metric(server, 'smart_audit_sign_ins_total')).to.equal(signIns);
    const requests = 'smart_audit_http_request_duration_seconds_count';
    expect(await metric(server, requests, 'operation="logIn"', 'status="200"')).to.equal(signIns);
    await until(async () => {
      await signInManyTimes();
      const open = await pooledConnections(database.url);
      const pool = 'smart_audit_database_pool_connections';
      const told = (await metric(server, pool, 'state="used"')) + (await metric(server, pool, 'state="idle"'));
      // More than one worker alone can have.
      return open > poolMax && told === open;
    });

    expect(await server.stop()).to.equal(0);
    expect(lines(server, 'Stopped')).to.have.length(3);
  });

  it('counts requests for limits, and ends sessions, for both together', async () => {
    await start({ RATE_LIMIT_FACTOR: '1', ...guesses });
    const signOut = request(`${server.url}/auth/logout`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}` },
    });
    const [signedOut] = (await once(signOut.end(), 'response')) as [IncomingMessage];
    expect(signedOut.statusCode).to.equal(204);
    const body = JSON.stringify({ email: 'nobody@example.com', password: 'wrong' });
    const headers = { 'Content-Type': 'application/json', 'Content-Length': body.length };
    const statusOf = async (path: string, options: RequestOptions, sent?: string): Promise<number | undefined> => {
      const [response] = (await once(
        request(server.url + path, { ...options, agent: false }).end(sent),
        'response',
      )) as [IncomingMessage];
      response.resume();
      return response.statusCode;
    };
    const signIns: (number | undefined)[] = [];
    for (const worker of workers()) {
      await without(worker, async () => {
        const withToken = { headers: { Authorization: `Bearer ${token}` } };
        expect(await statusOf('/api/v1/users/me', withToken)).to.equal(401);
        const signingIn = Array.from({ length: 15 }, () => statusOf('/auth/login', { method: 'POST', headers }, body));
        signIns.push(...(await Promise.all(signingIn)));
      });
    }
    // One was made before.
    expect(signIns.filter((status) => status !== 429)).to.have.length(19);
    expect(signIns.slice(0, 15)).not.to.include(429);
  });

  /** Connections to the worker that takes them while the other takes nothing, and what signs in on all of them at once. */
  async function signInsAt(worker: number, other: number, count: number): Promise<() => Promise<number>[]> {
    const agent = new Agent({ keepAlive: true, maxSockets: count });
    const send = async (path: string, options: RequestOptions, body?: string): Promise<number> => {
      const sent = request(server.url + path, { ...options, agent }).end(body);
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      response.resume();
      return response.statusCode ?? 0;
    };
    const open = (): Promise<number[]> =>
      Promise.all(Array.from({ length: count }, () => send('/health/live', { method: 'GET' })));
    expect(isRunning(worker)).to.equal(true);
    await without(other, open);
    const body = JSON.stringify({ email: 'nobody@example.com', password: 'wrong' });
    const headers = { 'Content-Type': 'application/json', 'Content-Length': body.length };
    return () => Array.from({ length: count }, () => send('/auth/login', { method: 'POST', headers }, body));
  }

  /** Guessing is not what is in the way here. */
  const guesses = { SIGN_IN_FAILURES_MAX: '1000000', SIGN_IN_ADDRESS_FAILURES_MAX: '1000000' };

  const waiting = (): Promise<number> => metric(server, 'smart_audit_password_hash_queue_length');

  it('answers all whose passwords wait to be hashed before it stops', async () => {
    await start({ ...guesses, BCRYPT_COST: '12', METRICS_PORT: '0', SHUTDOWN_TIMEOUT_MS: '60000' });
    const [one, other] = workers();
    const signIns = [...(await signInsAt(one!, other!, 4))(), ...(await signInsAt(other!, one!, 4))()];
    await until(async () => (await waiting()) >= 3);
    expect(await server.stop()).to.equal(0);
    expect(await Promise.all(signIns)).to.deep.equal(Array.from({ length: 8 }, () => 401));
  });

  it('fails no request while SIGHUP replaces them one by one', async () => {
    await start();
    const load = startLoad(own(), token, connections);
    await load.succeeded(200);
    process.kill(server.processId, 'SIGHUP');
    await server.wrote(/"All workers have been replaced"/);
    await load.succeeded(200);
    const { succeeded, failures } = await load.stop();
    expect(failures).to.deep.equal([]);
    expect(succeeded).to.be.above(400);
    expect(lines(server, 'Stopped')).to.have.length(2);
    expect(lines(server, 'A worker has died; it is replaced')).to.deep.equal([]);
  });

  it('fails no more than what is in flight on a worker that is killed, and replaces it', async () => {
    await start();
    const [victim, other] = workers();
    const onOther = await without(victim!, () => loadOnOne());
    const onVictim = await without(other!, () => loadOnOne());
    process.kill(victim!, 'SIGKILL');
    await server.wrote(/"A worker has died; it is replaced"/);
    await until(async () => lines(server, 'Worker ready').length === 3);
    for (const load of [onOther, onVictim]) await load.succeeded(200);
    expect((await onOther.stop()).failures).to.deep.equal([]);
    const { failures } = await onVictim.stop();
    expect(failures).to.have.length.within(1, connections);
    expect(['ECONNRESET', 'EPIPE']).to.include.members(failures);
    await untilInUse(3);
  });

  it('outlives a worker that is killed before its questions have been answered', async () => {
    await start();
    const load = startLoad(own(), token, connections);
    await load.succeeded(200);
    const ids = lines(server, 'Worker ready').map(({ pid }) => pid as number);
    process.kill(server.processId, 'SIGSTOP');
    try {
      // Their limits are counted by the process that has just been stopped: all that succeed now have asked it in vain.
      await load.succeeded(2 * connections);
      process.kill(ids[0]!, 'SIGKILL');
      await until(async () => !(await startedBy(server)).includes(ids[0]!));
    } finally {
      process.kill(server.processId, 'SIGCONT');
    }
    await server.wrote(/"A worker has died; it is replaced"/);
    await until(async () => lines(server, 'Worker ready').length === 3);
    await load.succeeded(200);
    await load.stop();
    expect(server.output()).not.to.contain('Unexpected failure');
    expect(isRunning(ids[1]!)).to.equal(true);
  });

  const moments: [what: string, moment: (processIds: number[]) => Promise<unknown>][] = [
    ['at its beginning', () => Promise.resolve()],
    ['when one of them has gone', (ids) => until(async () => !ids.every(isRunning))],
  ];
  for (const [what, moment] of moments) {
    it(`has as many as before where one dies during their replacement, ${what}`, async () => {
      await start({ METRICS_PORT: '0' });
      const ids = lines(server, 'Worker ready').map(({ pid }) => pid as number);
      process.kill(server.processId, 'SIGHUP');
      await moment(ids);
      process.kill(ids.findLast(isRunning)!, 'SIGKILL');
      await server.wrote(/"All workers have been replaced"/);
      expect(await startedBy(server)).to.have.length(2);
      await until(async () => (await scrape(server)).value('smart_audit_workers') === 2);
    });
  }

  it('keeps what has come where all others die during their replacement, and soon has as many as before', async () => {
    // Where none of them is left, who comes next would take another port for 0.
    await start({ METRICS_PORT: '0', PORT: String(await freePort()) });
    // After one early death there is a pause before the next worker that dies is replaced.
    process.kill(workers()[0]!, 'SIGKILL');
    await until(async () => workers().length === 3);
    process.kill(server.processId, 'SIGHUP');
    await until(async () => (await startedBy(server)).length === 3);
    for (const id of workers().filter(isRunning)) process.kill(id, 'SIGKILL');
    await until(async () => workers().length === 4);
    const load = startLoad(own(), token, connections);
    await server.wrote(/"All workers have been replaced/);
    await until(async () => (await scrape(server)).value('smart_audit_workers') === 2);
    await load.succeeded(200);
    expect((await load.stop()).failures).to.deep.equal([]);
    expect(await startedBy(server)).to.have.length(2);
  });

  it('tries again, later and later, where a worker that died cannot be replaced, and counts all that die', async () => {
    const file = join(await temporaryFolder(), 'secret');
    await writeFile(file, 'k'.repeat(48));
    await start({ SECRET_KEY: '', SECRET_KEY_FILE: file, METRICS_PORT: '0' });
    const [victim] = lines(server, 'Worker ready');
    await writeFile(file, 'too short');
    process.kill(victim!['pid'] as number, 'SIGKILL');
    const failures = await until(async () => {
      const tries = lines(server, 'A worker could not be replaced; it is tried again');
      return tries.length === 3 && tries;
    });
    const [first, second, third] = failures.map(({ time }) => Date.parse(String(time)));
    expect(second! - first!).to.be.above(1000);
    expect(third! - second!).to.be.above(2000);
    const metrics = await scrape(server);
    expect(metrics.value('smart_audit_worker_exits_total')).to.equal(4);
    expect(metrics.value('smart_audit_workers')).to.equal(1);
    expect((await whoAmI(server.url, token)).status).to.equal(200);

    await writeFile(file, 'k'.repeat(48));
    await until(async () => lines(server, 'Worker ready').length === 3);
  });

  it('goes on with those it has where a new one cannot start', async () => {
    const file = join(await temporaryFolder(), 'secret');
    await writeFile(file, 'k'.repeat(48));
    await start({ SECRET_KEY: '', SECRET_KEY_FILE: file });
    await writeFile(file, 'too short');
    process.kill(server.processId, 'SIGHUP');
    await server.wrote(/"A new worker could not start; the others go on"/);
    expect(server.output()).to.contain('SECRET_KEY: must have 32 bytes or more');
    expect((await whoAmI(server.url, token)).status).to.equal(200);
    await untilInUse(2);

    await writeFile(file, 'l'.repeat(48));
    process.kill(server.processId, 'SIGHUP');
    await server.wrote(/"All workers have been replaced"/);
    expect((await whoAmI(server.url, token)).status, 'a token of the former key').to.equal(401);
  });

  it('kills a worker that hangs, where it is to be replaced and where all are to stop', async () => {
    const hangingAt = async (signal: NodeJS.Signals): Promise<[ServerProcess, number]> => {
      await start({ SHUTDOWN_TIMEOUT_MS: '1' });
      const [hanging] = workers();
      process.kill(hanging!, 'SIGSTOP');
      process.kill(server.processId, signal);
      return [server, hanging!];
    };
    // Both at once, for a worker is given ten seconds to close what it has opened.
    const [renewed, first] = await hangingAt('SIGHUP');
    const [stopped, second] = await hangingAt('SIGTERM');
    try {
      await until(async () => ![first, second].some(isRunning));
      expect(await stopped.exited).to.equal(0);
      await renewed.wrote(/"All workers have been replaced"/);
    } finally {
      for (const id of [first, second].filter(isRunning)) process.kill(id, 'SIGKILL');
    }
  });

  it('leaves no worker behind when it is killed itself', async () => {
    await start();
    const ids = lines(server, 'Worker ready').map(({ pid }) => pid as number);
    await server.stop('SIGKILL');
    await until(async () => !ids.some(isRunning));
  });

  it('does not start where its workers cannot', async () => {
    const settings = { ...productionSettings(database.url), WORKERS: '2', TLS_CERT_FILE: 'none', TLS_KEY_FILE: 'none' };
    const { exitCode, output } = await failedStart({ folder: await temporaryFolder(), settings });
    expect(exitCode).to.equal(1);
    expect(output)
      .to.contain('TLS_CERT_FILE: none cannot be used')
      .and.contain('A worker has ended instead of starting.');
  });
});

describe('A server with two workers and a database of its own', () => {
  afterEach(stopServers);
  afterEach(removeTemporaryFolders);

  it('starts it once, and stops it at the end', async () => {
    const folder = await temporaryFolder();
    const settings = { WORKERS: '2', BCRYPT_COST: '4', HASH_THREADS: '1', ENV: 'test' };
    const server = await startServer({ folder, settings });
    await signInAt(server.url, await signUpAt(server.url));
    expect(await postgresProcesses(join(folder, '.data'))).to.have.length(1);
    expect(await server.stop()).to.equal(0);
    expect(await postgresProcesses(join(folder, '.data'))).to.deep.equal([]);
  });
});
