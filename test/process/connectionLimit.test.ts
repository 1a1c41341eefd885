import { join } from 'node:path';
import { expect } from 'chai';
import { makeCertificate } from '../support/certificate.js';
import { RawClient } from '../support/rawClient.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporaryFolder.js';
import { startTestApp, type TestApp } from '../support/testApp.js';
import { until } from '../support/until.js';

const max = 5;

/** The status of a response; undefined if the connection was closed instead. */
async function ask(client: RawClient): Promise<number | undefined> {
  client.answer = '';
  if (!client.isClosed) client.socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n');
  await until(async () => client.isClosed || client.answer.endsWith('{"status":"ok"}'));
  const [, status] = /^HTTP\/1\.1 (\d+) /.exec(client.answer) ?? [];
  return status === undefined ? undefined : Number(status);
}

async function statuses(clients: readonly RawClient[]): Promise<(number | undefined)[]> {
  return Promise.all(clients.map(ask));
}

async function refusedBy(app: TestApp): Promise<number> {
  const [, count] = /^smart_audit_connections_refused_total (\d+)$/m.exec(await app.metrics.scrape())!;
  return Number(count);
}

describe('A server with CONNECTIONS_MAX connections of a trusted proxy', () => {
  let app: TestApp;
  before(async () => (app = await startTestApp({ CONNECTIONS_MAX: String(max), TRUST_PROXY: 'loopback' })));
  after(() => app.close());

  async function many(count: number): Promise<RawClient[]> {
    return Promise.all(Array.from({ length: count }, () => RawClient.connect(app.url)));
  }

  it('closes further ones at once, serves the others, and accepts new ones when some have closed', async () => {
    const first = await many(max);
    expect(await statuses(first)).to.deep.equal(Array(max).fill(200));

    const late = await many(3);
    await until(async () => late.every(({ isClosed }) => isClosed), 2000);
    expect(await statuses(late)).to.deep.equal(Array(3).fill(undefined));
    expect(await statuses(first)).to.deep.equal(Array(max).fill(200));

    const [leaving, alsoLeaving, ...staying] = first;
    leaving!.socket.destroy();
    alsoLeaving!.socket.destroy();
    // The server notices a moment later.
    const isTaken = async (): Promise<boolean> => (await statuses(await many(1)))[0] === 200;
    await until(isTaken);
    await until(isTaken);
    expect(await statuses(staying)).to.deep.equal(Array(max - 2).fill(200));
    expect(await isTaken(), 'one more').to.equal(false);
  });

  it('counts those that it closes, and logs them at most once a minute', async () => {
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
  describe(`An address with a quarter of CONNECTIONS_MAX, over ${protocol}`, () => {
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

    it('gets no further ones, counted and logged, until it has closed some; others are served', async () => {
      const [first, second] = [await RawClient.connect(url), await RawClient.connect(url)];
      const late = await RawClient.connect(url);
      expect(await statuses([first, second, late])).to.deep.equal([200, 200, undefined]);
      expect(await ask(await RawClient.connect(url, '', '127.0.0.2'))).to.equal(200);
      expect(await refusedBy(app)).to.equal(1);
      const lines = app.logLines().filter(({ msg }) => String(msg).includes('a quarter of CONNECTIONS_MAX'));
      expect(lines).to.have.length(1);
      expect(lines[0]).to.include({ level: 'warning', refused: 1, ip: '127.0.0.1' });

      first.socket.destroy();
      await until(async () => (await ask(await RawClient.connect(url))) === 200);
      expect(await ask(await RawClient.connect(url)), 'one more').to.equal(undefined);
    });
  });
}
