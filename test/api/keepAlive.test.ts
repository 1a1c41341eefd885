import { once } from 'node:events';
import { expect } from 'chai';
import { openSocket } from '../support/rawRequest.js';
import { startTestApp, type TestApp } from '../support/testApp.js';

/** How long common proxies keep an idle connection to the server by default, in seconds. */
const proxies = { 'nginx to clients': 75, 'nginx to servers': 60, 'AWS ALB': 60, Traefik: 90, Caddy: 120 };

describe('an idle connection', () => {
  let app: TestApp;
  afterEach(() => app.close());

  it('is announced to stay open for longer than common proxies keep it', async () => {
    app = await startTestApp();
    const { headers } = await fetch(`${app.url}/health/live`);
    const [, seconds] = /^timeout=(\d+)$/.exec(headers.get('keep-alive') ?? '') ?? [];
    expect(Number(seconds)).to.be.above(Math.max(...Object.values(proxies)));
  });

  it('is closed after KEEP_ALIVE_TIMEOUT_MS, which the response announces', async () => {
    app = await startTestApp({ KEEP_ALIVE_TIMEOUT_MS: '1500' });
    // The limit for clients that do not read their responses does not apply.
    app.server.timeout = 500;
    const { socket, received } = openSocket(app.url);
    socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(socket, 'data');
    const start = performance.now();
    await once(socket, 'close');
    // Node.js may wait for up to a second more than it announces.
    expect(performance.now() - start).to.be.within(1400, 10_000);
    expect(received()).to.match(/^Keep-Alive: timeout=1\r$/m);
  });
});
