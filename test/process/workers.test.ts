import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect } from 'chai';
import supertest from 'supertest';
import { freePort } from '../support/freePort.js';
import { isRunning } from '../support/isRunning.js';
import { postgresProcesses } from '../support/postgresProcesses.js';
import { scrape } from '../support/scrape.js';
import { serverFixture } from '../support/serverFixture.js';
import { failedStart, startServer, type ServerProcess } from '../support/serverProcess.js';
import { startLoad, type SteadyLoad } from '../support/steadyLoad.js';
import { temporaryFolder } from '../support/temporaryFolder.js';
import { until } from '../support/until.js';
import { signInAt, signUpAt, whoAmI } from '../support/visitor.js';

const connections = 20;

/** The processes that a server has started, without zombies. */
async function startedBy(server: ServerProcess): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,stat=']);
  const all = stdout.split('\n').map((line) => line.trim().split(/ +/));
  return all
    .filter(([, parent, state]) => Number(parent) === server.processId && !state?.startsWith('Z'))
    .map(([id]) => Number(id));
}

describe('A server with two workers', () => {
  const servers = serverFixture();
  let server: ServerProcess;
  let token: string;

  async function start(settings: Record<string, string> = {}): Promise<void> {
    const PORT = String(await freePort());
    server = await servers.start({ PORT, WORKERS: '2', RATE_LIMIT_FACTOR: '1000000', ...settings });
    token = await signInAt(server.url, await signUpAt(server.url));
  }

  const lines = (message: string): Record<string, unknown>[] => server.lines(message);

  /** The process ids of all workers that have ever been ready. */
  const workers = (): number[] => lines('Worker ready').map(({ pid }) => pid as number);

  async function startedLoad(): Promise<SteadyLoad> {
    const load = startLoad(`${server.url}/api/v1/users/me`, token, connections);
    await load.succeeded(200);
    return load;
  }

  /** The statuses of this many failed logins at once, each on its own connection. */
  const signIns = (count: number): Promise<number[]> =>
    Promise.all(
      Array.from({ length: count }, async (_, index) => {
        const body = { email: `nobody${index}@example.com`, password: 'wrong' };
        return (await supertest(server.url).post('/auth/login').send(body)).status;
      }),
    );

  const unguarded = { SIGN_IN_FAILURES_MAX: '1000000', SIGN_IN_ADDRESS_FAILURES_MAX: '1000000' };

  it('distributes requests to both, counts them for limits together, and ends sessions for both', async () => {
    await start({ RATE_LIMIT_FACTOR: '1', ...unguarded });
    const signOut = await supertest(server.url).post('/auth/logout').set('Authorization', `Bearer ${token}`);
    expect(signOut.status).to.equal(204);
    for (let request = 0; request < 4; request += 1) expect((await whoAmI(server.url, token)).status).to.equal(401);
    // There was one login before.
    expect((await signIns(30)).filter((status) => status !== 429)).to.have.length(19);
    for (const operation of ['getCurrentUser', 'logIn']) {
      const answered = lines('Request').filter((line) => line['operation'] === operation);
      expect(new Set(answered.map(({ worker }) => worker)).size, operation).to.equal(2);
    }
  });

  it('warns once of X-Forwarded-For from a proxy that is not trusted', async () => {
    await start();
    for (let request = 0; request < 8; request += 1) {
      await supertest(server.url).get('/health/live').set('X-Forwarded-For', '203.0.113.7');
    }
    const answered = lines('Request').filter(({ operation }) => operation === 'getLiveness');
    expect(new Set(answered.map(({ worker }) => worker)).size).to.equal(2);
    const warnings = server.lines().filter(({ msg }) => String(msg).startsWith('X-Forwarded-For arrives'));
    expect(warnings).to.have.length(1);
  });

  it('closes connections at once when each worker has CONNECTIONS_MAX', async () => {
    await start({ CONNECTIONS_MAX: '5', TRUST_PROXY: 'loopback' });
    const sockets = Array.from({ length: 20 }, () => connect(Number(new URL(server.url).port), '127.0.0.1'));
    for (const socket of sockets) socket.on('error', () => undefined).resume();
    const open = (): number => sockets.filter(({ closed }) => !closed).length;
    await until(async () => open() <= 10, 5000);
    await delay(200);
    expect(open()).to.be.within(8, 10);
    for (const socket of sockets) socket.destroy();
  });

  it('answers all running requests before it stops', async () => {
    await start({ ...unguarded, BCRYPT_COST: '12' });
    const sent = signIns(8);
    await until(async () => lines('Request').some(({ status }) => status === 401));
    expect(await server.stop()).to.equal(0);
    expect(await sent).to.deep.equal(Array(8).fill(401));
    expect(lines('Stopped')).to.have.length(3);
  });

  it('fails no request while SIGHUP replaces workers one by one', async () => {
    await start();
    const load = await startedLoad();
    process.kill(server.processId, 'SIGHUP');
    await server.wrote(/"All workers have been replaced"/);
    await load.succeeded(200);
    expect(await load.stop()).to.deep.equal([]);
    expect(lines('Stopped')).to.have.length(2);
    expect(lines('A worker died and is replaced')).to.deep.equal([]);
  });

  it('fails only requests in flight on a worker that is killed, and replaces it', async () => {
    await start();
    const load = await startedLoad();
    process.kill(workers()[0]!, 'SIGKILL');
    await until(async () => workers().length === 3);
    await load.succeeded(200);
    const failures = await load.stop();
    expect(failures).to.have.length.within(1, connections);
    expect(['ECONNRESET', 'EPIPE', 'ETIMEDOUT']).to.include.members(failures);
    // Node does not close a connection that it was passing to the worker.
    expect(failures.filter((code) => code === 'ETIMEDOUT')).to.have.length.at.most(1);
  });

  it('goes on while the primary process hangs, even if a worker is killed meanwhile', async () => {
    await start();
    const load = await startedLoad();
    const [victim, other] = workers();
    process.kill(server.processId, 'SIGSTOP');
    try {
      await load.succeeded(2 * connections);
      process.kill(victim!, 'SIGKILL');
      await until(async () => !(await startedBy(server)).includes(victim!));
    } finally {
      process.kill(server.processId, 'SIGCONT');
    }
    await until(async () => workers().length === 3);
    await load.succeeded(200);
    await load.stop();
    expect(server.output()).not.to.contain('Unexpected failure');
    expect(isRunning(other!)).to.equal(true);
  });

  const deaths: [what: string, moment: (ids: number[]) => Promise<unknown>, victims: (ids: number[]) => number[]][] = [
    ['one dies at once', () => Promise.resolve(), (ids) => ids.slice(1)],
    ['one dies after another has gone', (ids) => until(async () => !ids.every(isRunning)), (ids) => ids.slice(1)],
    ['all die while a new one starts', () => until(async () => (await startedBy(server)).length === 3), (ids) => ids],
  ];
  for (const [what, moment, victims] of deaths) {
    it(`has two workers again when ${what} during their replacement`, async () => {
      await start({ METRICS_PORT: '0' });
      const ids = workers();
      process.kill(server.processId, 'SIGHUP');
      await moment(ids);
      for (const id of victims(ids).filter(isRunning)) process.kill(id, 'SIGKILL');
      await server.wrote(/"All workers have been replaced"/);
      await until(async () => (await scrape(server)).value('smart_audit_workers') === 2);
      expect(await startedBy(server)).to.have.length(2);
      const load = await startedLoad();
      expect(await load.stop()).to.deep.equal([]);
    });
  }

  it('goes on with its workers when new ones cannot start, and retries with increasing backoff', async () => {
    const file = join(await temporaryFolder(), 'secret');
    await writeFile(file, 'k'.repeat(48));
    await start({ SECRET_KEY: '', SECRET_KEY_FILE: file, METRICS_PORT: '0' });
    await writeFile(file, 'too short');
    process.kill(server.processId, 'SIGHUP');
    await server.wrote(/"A new worker could not start; the others keep running"/);
    expect(server.output()).to.contain('SECRET_KEY: must have 32 bytes or more');

    process.kill(workers()[0]!, 'SIGKILL');
    const failures = await until(async () => {
      const tries = lines('A worker could not be replaced; retrying');
      return tries.length === 3 && tries;
    });
    const [first, second, third] = failures.map(({ time }) => Date.parse(String(time)));
    expect(second! - first!).to.be.above(1000);
    expect(third! - second!).to.be.above(2000);
    const metrics = await scrape(server);
    expect(metrics.value('smart_audit_worker_exits_total')).to.equal(5);
    expect(metrics.value('smart_audit_workers')).to.equal(1);
    expect((await whoAmI(server.url, token)).status).to.equal(200);

    await writeFile(file, 'l'.repeat(48));
    await until(async () => workers().length === 3);
    process.kill(server.processId, 'SIGHUP');
    await server.wrote(/"All workers have been replaced"/);
    expect((await whoAmI(server.url, token)).status, 'a token of the former key').to.equal(401);
  });

  it('kills a hanging worker when it is replaced and when all stop', async () => {
    const hangingAt = async (signal: NodeJS.Signals): Promise<[ServerProcess, number]> => {
      await start({ SHUTDOWN_TIMEOUT_MS: '1' });
      const [hanging] = workers();
      process.kill(hanging!, 'SIGSTOP');
      process.kill(server.processId, signal);
      return [server, hanging!];
    };
    // Both in parallel: a worker gets ten seconds to close.
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
    const ids = workers();
    await server.stop('SIGKILL');
    await until(async () => !ids.some(isRunning));
  });

  it('does not start if its workers cannot', async () => {
    const settings = { ...servers.settings, WORKERS: '2', TLS_CERT_FILE: 'none', TLS_KEY_FILE: 'none' };
    const { exitCode, output } = await failedStart({ folder: await temporaryFolder(), settings });
    expect(exitCode).to.equal(1);
    expect(output).to.contain('TLS_CERT_FILE: none cannot be used').and.contain('A worker exited during its start.');
  });

  it('starts one embedded database, and stops it at the end', async () => {
    const folder = await temporaryFolder();
    const settings = { WORKERS: '2', BCRYPT_COST: '4', HASH_THREADS: '1', ENV: 'test' };
    server = await startServer({ folder, settings });
    await signInAt(server.url, await signUpAt(server.url));
    expect(await postgresProcesses(join(folder, '.data'))).to.have.length(1);
    expect(await server.stop()).to.equal(0);
    expect(await postgresProcesses(join(folder, '.data'))).to.deep.equal([]);
  });
});
