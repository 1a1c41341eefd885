import { expect } from 'chai';
import { openMax } from '../../src/api/http/openResponses.js';
import { openSocket, rawRequest } from '../support/rawRequest.js';
import { startTestApp, type TestApp } from '../support/testApp.js';
import { until } from '../support/until.js';

describe('pipelined requests', () => {
  let app: TestApp;
  /** Number of `GET /health/ready` handled so far, and what each of them waits for before it responds. */
  let worked = 0;
  let gates: Promise<void>[] = [];
  before(async () => {
    app = await startTestApp({ LOG_LEVEL: 'info' }, ({ handlers, ...api }) => {
      const getReadiness: typeof handlers.getReadiness = async (call) => {
        await gates[worked++];
        return handlers.getReadiness(call);
      };
      return { ...api, handlers: { ...handlers, getReadiness } };
    });
  });
  after(() => app.close());
  beforeEach(() => {
    worked = 0;
    gates = [];
  });

  const get = (path: string, headers = ''): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n${headers}\r\n`;
  const statuses = (answer: string): string[] =>
    [...answer.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => status!);
  const linesOf = (id: string): Record<string, unknown>[] =>
    app.logLines().filter(({ msg, request_id }) => msg === 'Request' && String(request_id).startsWith(id));

  function gate(): { open: () => void; passed: Promise<void> } {
    let open!: () => void;
    const passed = new Promise<void>((resolve) => (open = resolve));
    return { open, passed };
  }

  it(`answers them in order, ${openMax} at a time`, async () => {
    const { socket, received } = openSocket(app.url);
    const round = Array.from({ length: openMax }, (_, index) => (index % 2 === 0 ? '200' : '404'));
    const expected: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      socket.write(round.map((status) => get(status === '200' ? '/health/ready' : '/nothing')).join(''));
      expected.push(...round);
      await until(async () => statuses(received()).length === expected.length);
      expect(statuses(received())).to.deep.equal(expected);
    }
    socket.destroy();
  });

  it('accepts another request as soon as one has been answered', async () => {
    const { socket, received } = openSocket(app.url);
    const [first, second] = [gate(), gate()];
    gates = [first.passed, second.passed];
    socket.write(get('/health/ready').repeat(2) + get('/nothing').repeat(openMax - 2));
    await until(async () => worked === 2);
    first.open();
    await until(async () => statuses(received()).length === 1);
    socket.write(get('/health/ready'));
    await until(async () => worked === 3);
    second.open();
    await until(async () => statuses(received()).length === openMax + 1);
    socket.destroy();
  });

  it('closes the connection when there are too many', async () => {
    // A reset connection may lose the responses.
    const answer = await rawRequest(app.url, get('/health/ready').repeat(1000)).catch(() => '');
    expect(statuses(answer)).to.have.length.at.most(openMax);
    expect((await app.request('get', '/health/live')).status).to.equal(200);
    expect(worked).to.be.within(1, openMax);
    expect(app.logText()).to.contain(`more than ${openMax} open requests`);
  });

  it('logs every pipelined request of a client that disconnects', async () => {
    const { socket } = openSocket(app.url);
    const first = gate();
    gates = [first.passed, first.passed];
    const paths = ['/health/ready', '/nothing', '/health/ready'];
    socket.write(paths.map((path, index) => get(path, `X-Request-Id: gone-${index}\r\n`)).join(''));
    await until(async () => worked === 2);
    expect(linesOf('gone-')).to.deep.equal([]);
    socket.destroy();
    await until(async () => linesOf('gone-').length === 3);
    first.open();
    await app.request('get', '/health/ready');
    expect(linesOf('gone-').map(({ request_id, aborted }) => [request_id, aborted])).to.have.deep.members([
      ['gone-0', true],
      ['gone-1', undefined],
      ['gone-2', true],
    ]);
  });
});
