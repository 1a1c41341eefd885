import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { expect } from 'chai';
import { makeCertificate } from '../support/certificate.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporaryFolder.js';
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

  /** @param localAddress where it comes from */
  static async connect(url: string, localAddress = '127.0.0.1'): Promise<Client> {
    const { port, hostname, protocol } = new URL(url);
    const open = { port: Number(port), host: hostname, localAddress };
    const isTls = protocol === 'https:';
    const socket = isTls ? connectTls({ ...open, rejectUnauthorized: false }) : connect(open);
    const client = new Client(socket);
    // What is closed at once may never become secure.
    await new Promise((resolve) => socket.once(isTls ? 'secureConnect' : 'connect', resolve).once('close', resolve));
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

async function statuses(clients: readonly Client[]): Promise<(number | undefined)[]> {
  return Promise.all(clients.map((client) => client.ask()));
}

async function refusedBy(app: TestApp): Promise<number> {
  const [, count] = /^smart_audit_connections_refused_total (\d+)$/m.exec(await app.metrics.scrape())!;
  return Number(count);
}

describe('A server that has CONNECTIONS_MAX connections, of a peer that TRUST_PROXY believes', () => {
  let app: TestApp;
  before(async () => (app = await startTestApp({ CONNECTIONS_MAX: String(max), TRUST_PROXY: 'loopback' })));
  after(() => app.close());

  async function many(count: number): Promise<Client[]> {
    return Promise.all(Array.from({ length: count }, () => Client.connect(app.url)));
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
    const before = await refusedBy(app);
    const answers = await statuses(await many(3 * max));
    const closed = answers.filter((status) => status === undefined).length;
    expect(closed).to.be.at.least(2 * max);
    expect((await refusedBy(app)) - before).to.equal(closed);
    const lines = app.logLines().filter(({ msg }) => String(msg).includes('CONNECTIONS_MAX'));
    expect(lines).to.have.length(1);
    expect(lines[0]).to.include({ level: 'warning', refused: 1 });
  });
});

for (const protocol of ['http', 'https']) {
  describe(`An address that has a quarter of CONNECTIONS_MAX, over ${protocol}`, () => {
    let app: TestApp;
    let url: string;
    before(async () => {
      const folder = await temporaryFolder();
      const files = Object.entries(protocol === 'https' ? await makeCertificate(folder) : {});
      const tls = Object.fromEntries(files.map(([name, file]) => [name, join(folder, file)]));
      app = await startTestApp({ CONNECTIONS_MAX: '11', TRUST_PROXY: '10.0.0.0/8', ...tls });
      url = app.url.replace('http', protocol);
    });
    after(async () => {
      await app.close();
      await removeTemporaryFolders();
    });

    it('loses what it opens beyond that, counted and logged, until it has closed some; others are served', async () => {
      const [first, second] = [await Client.connect(url), await Client.connect(url)];
      const late = await Client.connect(url);
      expect(await statuses([first, second, late])).to.deep.equal([200, 200, undefined]);
      expect(await (await Client.connect(url, '127.0.0.2')).ask()).to.equal(200);
      expect(await refusedBy(app)).to.equal(1);
      const lines = app.logLines().filter(({ msg }) => String(msg).includes('a quarter of CONNECTIONS_MAX'));
      expect(lines).to.have.length(1);
      expect(lines[0]).to.include({ level: 'warning', refused: 1, ip: '127.0.0.1' });

      first.leave();
      await until(async () => (await (await Client.connect(url)).ask()) === 200);
      expect(await (await Client.connect(url)).ask(), 'one more').to.equal(undefined);
    });
  });
}
