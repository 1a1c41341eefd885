import { expect } from 'chai';
import { openSocket } from '../support/rawRequest.js';
import { startTestApp, type TestApp } from '../support/testApp.js';
import { until } from '../support/until.js';

/** More than socket buffers hold, and much less than a client sends in a second. */
const bytesMax = 64 * 1024 * 1024;

const part = Buffer.alloc(65_536, 'x');
const chunk = Buffer.concat([Buffer.from('10000\r\n'), part, Buffer.from('\r\n')]);

describe('an unread request body', () => {
  let app: TestApp;
  before(async () => (app = await startTestApp()));
  after(() => app.close());

  const length = 'Content-Length: 10000000000';
  const chunked = 'Transfer-Encoding: chunked';
  const json = 'Content-Type: application/json';
  for (const [what, target, headers, status, bytes] of [
    ['has a Content-Length that is too large', 'POST /auth/login', `${json}\r\n${length}`, 413, part],
    ['turns out to be too large', 'POST /auth/login', `${json}\r\n${chunked}`, 413, chunk],
    ['goes to an unknown path', 'POST /nowhere', length, 404, part],
    ['comes without a token', 'PATCH /api/v1/users/me', `${json}\r\n${chunked}`, 401, chunk],
  ] as const) {
    it(`gets ${status} at once and a closed connection when it ${what}`, async () => {
      const { socket, received } = openSocket(app.url);
      socket.on('error', () => undefined).write(`${target} HTTP/1.1\r\nHost: a\r\n${headers}\r\n\r\n`);
      let sent = 0;
      const more = (): void => {
        while (socket.writable) {
          sent += bytes.length;
          if (!socket.write(bytes)) return;
        }
      };
      socket.on('drain', more);
      more();
      await until(async () => received().startsWith(`HTTP/1.1 ${status} `));
      await until(async () => socket.closed, 5000);
      expect(sent - socket.writableLength).to.be.below(bytesMax);
      expect(received().match(/HTTP\/1\.1/g)).to.have.length(1);
    });
  }

  it('keeps the connection open after a short body', async () => {
    const { socket, received } = openSocket(app.url);
    socket.write('POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n');
    await until(async () => received().startsWith('HTTP/1.1 404 '));
    socket.write('12345GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(async () => received().includes('HTTP/1.1 200 '));
    socket.destroy();
  });
});
