import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect } from 'chai';
import { startTestApp, type TestApp } from '../support/testApp.js';
import { until } from '../support/until.js';

const max = 5;

/** A connection over which one asks again and again. */
class Client {
  isClosed = false;
  private answers = '';

  private constructor(private readonly socket: Socket) {
    socket.on('error', () => undefined).on('close', () => (this.isClosed = true));
    socket.setEncoding('utf8').on('data', (text: string) => (this.answers += text));
  }

  static async connect(url: string): Promise<Client> {
    const { port, hostname } = new URL(url);
    const socket = connect(Number(port), hostname);
    const client = new Client(socket);
    await once(socket, 'connect');
    return client;
  }

  /** The status of the answer; undefined where the connection was closed in its place. */
  async ask(): Promise<number | undefined> {
    this.answers = '';
    if (!this.isClosed) this.socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n');
    await until(async () => this.isClosed || this.answers.endsWith('{"status":"ok"}'));
    const [, status] = /^HTTP\/1\.1 (\d+) /.exec(this.answers) ?? [];
    return status === undefined ? undefined : Number(status);
  }

  leave(): void {
    this.socket.destroy();
  }
}

describe('A server that has CONNECTIONS_MAX connections', () => {
  let app: TestApp;
  before(async () => (app = await startTestApp({ CONNECTIONS_MAX: String(max) })));
  after(() => app.close());

  async function many(count: number): Promise<Client[]> {
    return Promise.all(Array.from({ length: count }, () => Client.connect(app.url)));
  }

  async function statuses(clients: readonly Client[]): Promise<(number | undefined)[]> {
    return Promise.all(clients.map((client) => client.ask()));
  }

  it('closes further ones at once, serves those it has, and takes new ones when some have left', async () => {
    const first = await many(max);
    expect(await statuses(first)).to.deep.equal(Array(max).fill(200));

    const late = await many(3);
    await until(async () => late.every(({ isClosed }) => isClosed), 2000);
    expect(await statuses(late)).to.deep.equal(Array(3).fill(undefined));
    expect(await statuses(first)).to.deep.equal(Array(max).fill(200));

    const [leaving, alsoLeaving, ...staying] = first;
    leaving!.leave();
    alsoLeaving!.leave();
    // The server hears of it a moment later.
    const isTaken = async (): Promise<boolean> => (await statuses(await many(1)))[0] === 200;
    await until(isTaken);
    await until(isTaken);
    expect(await statuses(staying)).to.deep.equal(Array(max - 2).fill(200));
    expect(await isTaken(), 'one more').to.equal(false);
  });

  it('counts those that it closes, and says so in the log at most once a minute', async () => {
    const before = await refused();
    const answers = await statuses(await many(3 * max));
    const closed = answers.filter((status) => status === undefined).length;
    expect(closed).to.be.at.least(2 * max);
    expect((await refused()) - before).to.equal(closed);
    const lines = app.logLines().filter(({ msg }) => String(msg).includes('CONNECTIONS_MAX'));
    expect(lines).to.have.length(1);
    expect(lines[0]).to.include({ level: 'warning', refused: 1 });
  });

  async function refused(): Promise<number> {
    const [, count] = /^smart_audit_connections_refused_total (\d+)$/m.exec(await app.metrics.scrape())!;
    return Number(count);
  }
});
