import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import type pg from 'pg';
import { connectToDatabase } from '../support/connectToDatabase.js';
import { serverFixture } from '../support/serverFixture.js';
import { launchServer, type ServerProcess } from '../support/serverProcess.js';
import { temporaryFolder } from '../support/temporaryFolder.js';
import { administer, asSuperuser } from '../support/testDatabase.js';
import { until } from '../support/until.js';
import { signUpAt, type Account } from '../support/visitor.js';

/** Much less than the keep-alive timeout, and than the default of SHUTDOWN_TIMEOUT_MS. */
const soonMs = 4000;

/** SHUTDOWN_TIMEOUT_MS where a test waits for it. Two of them take longer than `soonMs`. */
const timeoutMs = 2000;

/** The key of the advisory lock of the migrations. */
const migrationLock = 7_305_201_126;

/** Starts a login whose body the server waits for; the returned function sends the body. */
async function openSignIn(url: string, { email, password }: Account): Promise<() => Promise<IncomingMessage>> {
  const body = JSON.stringify({ email, password });
  const headers = { 'Content-Type': 'application/json', 'Content-Length': body.length, Expect: '100-continue' };
  const signIn = request(`${url}/auth/login`, { method: 'POST', agent: new Agent({ keepAlive: true }), headers });
  signIn.flushHeaders();
  await once(signIn, 'continue');
  return async () => {
    signIn.end(body);
    const [response] = (await once(signIn, 'response')) as [IncomingMessage];
    return response;
  };
}

/** Resolves with the code when connections are refused. */
async function refusal(url: string): Promise<string | undefined> {
  const { hostname, port } = new URL(url);
  return until(async () => {
    const socket = connect(Number(port), hostname);
    return once(socket, 'connect').then(
      () => void socket.destroy(),
      (error: unknown) => (error as NodeJS.ErrnoException).code,
    );
  });
}

describe('A server that is told to stop', () => {
  let observer: pg.Client;
  // Before the database is dropped.
  after(() => observer.end());
  const servers = serverFixture();
  let server: ServerProcess;

  before(async () => (observer = await connectToDatabase(servers.database.url)));

  async function start(settings?: Record<string, string>): Promise<void> {
    server = await servers.start(settings);
  }

  /** Waits until this many connections of servers meet a condition. */
  async function untilClients(expected: number, condition: string): Promise<void> {
    const sql = `SELECT FROM pg_stat_activity
      WHERE datname = current_database() AND application_name LIKE 'smart-audit-api%' AND ${condition}`;
    await until(async () => (await observer.query(sql)).rowCount === expected);
  }

  // A server without workers also stops at SIGHUP. The 3000 ms are longer than idle connections are kept.
  for (const [signal, bodyAfterMs] of [
    ['SIGTERM', 3000],
    ['SIGINT', 0],
    ['SIGHUP', 0],
  ] as const) {
    it(`finishes a sign-in whose body comes ${bodyAfterMs} ms after ${signal}, takes no new connections and exits with 0`, async () => {
      await start({ BCRYPT_COST: '12' });
      const account = await signUpAt(server.url);
      const finishSignIn = await openSignIn(server.url, account);
      const exit = server.stop(signal);
      await server.wrote(/"Stopping"/);
      expect(await refusal(server.url)).to.equal('ECONNREFUSED');

      await delay(bodyAfterMs);
      const response = await finishSignIn();
      const answeredAt = Date.now();
      expect(response.statusCode).to.equal(200);
      expect(JSON.parse(await text(response))).to.have.property('access_token');
      expect(await exit).to.equal(0);
      expect(Date.now() - answeredAt, 'ms from the last answer to the end').to.be.below(soonMs);
      expect(server.output())
        .to.match(/"Stopped"/)
        .and.not.to.match(/"level":"(error|critical)"/);
      await untilClients(0, 'true');
    });
  }

  it('answers requests pipelined after a running one, and then closes the connection', async () => {
    await start();
    const { port } = new URL(server.url);
    const socket = connect(Number(port), 'localhost');
    const answers = text(socket);
    socket.write('POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n');
    socket.write('Expect: 100-continue\r\n\r\n');
    await once(socket, 'readable');
    const exit = server.stop();
    await server.wrote(/"Stopping"/);
    const preflight = 'Origin: http://localhost:3000\r\nAccess-Control-Request-Method: GET';
    socket.write(`{}OPTIONS /config HTTP/1.1\r\nHost: x\r\n${preflight}\r\n\r\n`);

    expect(await answers).to.match(/^HTTP\/1\.1 100 .*HTTP\/1\.1 400 .*HTTP\/1\.1 204 .*Connection: close/s);
    expect(await exit).to.equal(0);
    expect(server.output()).not.to.match(/"level":"(error|critical)"/);
  });

  it('cuts off what does not finish in SHUTDOWN_TIMEOUT_MS, and exits with 0', async () => {
    await start({ SHUTDOWN_TIMEOUT_MS: String(timeoutMs) });
    const account = await signUpAt(server.url);
    await observer.query('BEGIN; LOCK TABLE users');
    const signIn = (await openSignIn(server.url, account))().catch(
      (error: unknown) => (error as NodeJS.ErrnoException).code,
    );
    await untilClients(1, "wait_event_type = 'Lock'");
    const stoppedAt = Date.now();
    const exit = server.stop();
    const cutOff = await signIn;
    const cutOffAt = Date.now();
    const exitCode = await exit;
    await observer.query('ROLLBACK');
    expect([cutOff, exitCode]).to.deep.equal(['ECONNRESET', 0]);
    expect(cutOffAt - stoppedAt, 'ms from the signal until it was cut off').to.be.within(timeoutMs - 10, soonMs);
    expect(Date.now() - cutOffAt, 'ms from there to the end').to.be.below(soonMs);
    await untilClients(0, 'true');
  });

  it('stops in time while it waits for another instance to migrate', async () => {
    await administer('DELETE FROM "SequelizeMeta"', asSuperuser(servers.database.url));
    await observer.query(`SELECT pg_advisory_lock(${migrationLock})`);
    const settings = { ...servers.settings, SHUTDOWN_TIMEOUT_MS: String(timeoutMs) };
    const starting = launchServer({ folder: await temporaryFolder(), settings });
    await untilClients(1, "wait_event = 'advisory'");
    const stoppedAt = Date.now();
    const exitCode = await Promise.race([starting.stop(), delay(soonMs)]);
    await observer.query(`SELECT pg_advisory_unlock(${migrationLock})`);
    expect(exitCode).to.equal(0);
    expect(Date.now() - stoppedAt).to.be.within(timeoutMs - 10, soonMs);
  });
});
