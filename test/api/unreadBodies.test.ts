import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect } from 'chai';
import { startTestApp, type TestApp } from '../support/testApp.js';
import { until } from '../support/until.js';

/** More than socket buffers hold, and much less than a client sends in a second. */
const bytesMax = 64 * 1024 * 1024;

const part = Buffer.alloc(65_536, 'x');
const chunk = Buffer.concat([Buffer.from('10000\r\n'), part, Buffer.from('\r\n')]);

/** Opens a connection, sends a request head, and collects the responses. */
async function open(url: string, head: string): Promise<{ socket: Socket; answers: () => string }> {
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname);
  let answers = '';
  socket.on('error', () => undefined).on('data', (bytes) => (answers += bytes.toString('latin1')));
  await once(socket, 'connect');
  socket.write(head.replaceAll('\n', '\r\n'));
  return { socket, answers: () => answers };
}

describe('an unread request body', () => {
  let app: TestApp;
  let url: string;
  before(async () => {
    app = await startTestApp();
    const { port } = app.server.address() as { port: number };
    url = `http://127.0.0.1:${port}`;
  });
  after(() => app.close());

  const length = 'Content-Length: 10000000000';
  const chunked = 'Transfer-Encoding: chunked';
  const json = 'Content-Type: application/json';
  for (const [what, target, headers, status, bytes] of [
    ['has a Content-Length that is too large', 'POST /auth/login', `${json}\n${length}`, 413, part],
    ['turns out to be too large', 'POST /auth/login', `${json}\n${chunked}`, 413, chunk],
    ['goes to an unknown path', 'POST /nowhere', length, 404, part],
    ['comes without a token', 'PATCH /api/v1/users/me', `${json}\n${chunked}`, 401, chunk],
  ] as const) {
    it(`gets ${status} at once and a closed connection when it ${what}`, async () => {
      const { socket, answers } = await open(url, `${target} HTTP/1.1\nHost: a\n${headers}\n\n`);
      let sent = 0;
      const more = (): void => {
        while (socket.writable) {
          sent += bytes.length;
          if (!socket.write(bytes)) return;
        }
      };
      socket.on('drain', more);
      more();
      await until(async () => answers().startsWith(`HTTP/1.1 ${status} `));
      await until(async () => socket.closed, 5000);
      expect(sent - socket.writableLength).to.be.below(bytesMax);
      expect(answers().match(/HTTP\/1\.1/g)).to.have.length(1);
    });
  }

  it('keeps the connection open after a short body', async () => {
    const { socket, answers } = await open(url, 'POST /nowhere HTTP/1.1\nHost: a\nContent-Length: 5\n\n');
    await until(async () => answers().startsWith('HTTP/1.1 404 '));
    socket.write('12345GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(async () => answers().includes('HTTP/1.1 200 '));
    socket.destroy();
  });
});
