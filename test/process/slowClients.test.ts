import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { signedInAccount } from '../support/accounts.js';
import { RawClient } from '../support/rawClient.js';
import { startTestApp, type TestApp } from '../support/testApp.js';
import { until } from '../support/until.js';

/** Much more than an answer takes on a busy machine. */
const promptMs = 3000;

/**
 * Replace the server's own limits, which are too long for a test; in milliseconds. `timeout` also ends connections whose
 * answer takes that long, so it is longer than an answer may take.
 */
const limits = { headersTimeout: 1000, requestTimeout: 2000, keepAliveTimeout: 1500, timeout: promptMs + 1000 };

/** How often the server checks them. */
const checkMs = 1000;

/** Sends a few bytes every now and then, until the server closes the connection. */
async function trickle({ socket }: RawClient, bytes: string): Promise<void> {
  while (socket.writable) {
    socket.write(bytes);
    await delay(100);
  }
}

describe('Slow clients', () => {
  let app: TestApp;
  let token: string;
  before(async () => {
    app = await startTestApp();
    ({ token } = await signedInAccount(app));
    for (const name of Object.keys(limits) as (keyof typeof limits)[]) {
      expect(app.server[name], name).to.be.within(1, 125_000);
    }
    Object.assign(app.server, limits);
  });
  after(() => app.close());

  async function many(count: number, firstBytes?: string): Promise<RawClient[]> {
    return Promise.all(Array.from({ length: count }, () => RawClient.connect(app.url, firstBytes)));
  }

  /** Sends requests until a condition is met; every answer must come promptly. */
  async function answersOthersUntil(isMet: () => boolean | Promise<boolean>): Promise<void> {
    await until(async () => {
      const start = performance.now();
      const { status } = await app.call('getCurrentUser', { token });
      expect(status).to.equal(200);
      expect(performance.now() - start, 'ms to an answer').to.be.below(promptMs);
      await delay(50);
      return isMet();
    });
  }

  async function connections(): Promise<number> {
    return promisify((done: (error: Error | null, count: number) => void) => app.server.getConnections(done))();
  }

  const areClosed = (clients: readonly RawClient[]) => () => clients.every(({ isClosed }) => isClosed);

  it('that send nothing, or a byte at a time, are disconnected in time, and others are answered', async () => {
    const start = performance.now();
    const idle = await many(500);
    const headers = await many(20, 'GET /health/live HTTP/1.1\r\nHost: x\r\nX-Slow: ');
    const bodies = await many(
      20,
      'POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"email": "',
    );
    const tricklers = [...headers, ...bodies].map((client) => trickle(client, 'a'));
    await answersOthersUntil(areClosed([...idle, ...headers, ...bodies]));
    expect(performance.now() - start).to.be.below(limits.requestTimeout + checkMs + 5000);
    await Promise.all(tricklers);
    for (const { answer } of [...headers, ...bodies]) expect(answer).to.match(/^HTTP\/1\.1 408 .*"request_timeout"/s);
    expect(app.logLines().filter(({ level }) => level === 'error')).to.deep.equal([]);
  });

  it('that keep idle connections are disconnected in time, and others are answered', async () => {
    const kept = await many(500, 'GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n');
    await answersOthersUntil(areClosed(kept));
    for (const { answer } of kept) expect(answer).to.match(/^HTTP\/1\.1 200 [^]*\{"status":"ok"\}$/);
  });

  it('that do not read their answers are disconnected in time, and others are answered', async () => {
    // More than fits into the buffers of the system.
    const greedy = await many(10, 'GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(20));
    for (const client of greedy) client.socket.pause();
    await answersOthersUntil(async () => (await connections()) <= 1);
    for (const client of greedy) client.socket.resume();
    await until(async () => areClosed(greedy)());
  });
});
