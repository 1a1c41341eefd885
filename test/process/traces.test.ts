import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { OtlpReceiver } from '../support/otlpReceiver.js';
import { productionSettings, startServer, stopServers, type ServerProcess } from '../support/serverProcess.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporaryFolder.js';
import { createTestDatabase, type TestDatabase } from '../support/testDatabase.js';
import { until } from '../support/until.js';
import { signInAt, signUpAt, whoAmI } from '../support/visitor.js';

/** What only a server that traces may have loaded. `@opentelemetry/api` is types and numbers, which others use too. */
const tracingCode = /@opentelemetry\/(?!api\/)|openTelemetryTracing/;

/** How long a server may take to stop, beyond one that does not trace; in milliseconds. */
const flushMs = 2000;

/** That a script has ended says V8, which writes the scripts that ran to a folder. */
async function loadedScripts(folder: string): Promise<string[]> {
  const reports = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')));
  return reports.flatMap((report) =>
    (JSON.parse(report) as { result: { url: string }[] }).result.map(({ url }) => url),
  );
}

describe('A server that traces', () => {
  let database: TestDatabase;
  let receiver: OtlpReceiver | undefined;

  before(async () => (database = await createTestDatabase()));
  after(() => database.drop());
  afterEach(async () => {
    await stopServers();
    await removeTemporaryFolders();
    await receiver?.close();
    receiver = undefined;
  });

  async function start(settings: Record<string, string>): Promise<ServerProcess> {
    const all = { ...productionSettings(database.url), ...settings };
    return startServer({ folder: await temporaryFolder(), settings: all });
  }

  async function timeToStop(server: ServerProcess): Promise<number> {
    const startedAt = performance.now();
    expect(await server.stop()).to.equal(0);
    return performance.now() - startedAt;
  }

  it('sends what is left when it stops, each worker its own', async () => {
    receiver = await OtlpReceiver.start();
    const server = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: `${receiver.url}/`, WORKERS: '2' });
    const token = await signInAt(server.url, await signUpAt(server.url));
    await whoAmI(server.url, token);
    expect(await server.stop()).to.equal(0);
    const requests = receiver.spans.filter(({ kind }) => kind === 2);
    expect(requests.map(({ name }) => name)).to.have.members([
      'POST /auth/signup',
      'POST /auth/login',
      'GET /api/v1/users/me',
    ]);
    expect(new Set(requests.map(({ resource }) => resource['smart_audit.worker']))).to.deep.equal(new Set([1, 2]));
  });

  it('works as ever without its receiver, says so once, and stops', async () => {
    const gone = await OtlpReceiver.start();
    const { url } = gone;
    await gone.close();
    // More than one batch, so that more than one fails.
    const settings = { OTEL_BSP_SCHEDULE_DELAY: '10', OTEL_EXPORTER_OTLP_TIMEOUT: '200' };
    const server = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: url, ...settings });
    const token = await signInAt(server.url, await signUpAt(server.url));
    await server.wrote(/"Could not send traces"/);
    expect((await whoAmI(server.url, token)).status).to.equal(200);
    await timeToStop(server);
    const lines = server.output().split('\n');
    const said = lines.filter((line) => line.includes('Could not send traces'));
    expect(said).to.have.length(1);
    expect(JSON.parse(said[0]!)).to.include({ level: 'warning' });
    expect(lines.filter((line) => /"level":"(error|critical)"/.test(line))).to.deep.equal([]);
  });

  it('works as ever while its receiver takes traces and never answers, and stops', async () => {
    const hanging = await OtlpReceiver.start({ hangs: true });
    receiver = hanging;
    const server = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: hanging.url, OTEL_BSP_SCHEDULE_DELAY: '10' });
    const token = await signInAt(server.url, await signUpAt(server.url));
    await until(async () => hanging.requests > 0);
    expect((await whoAmI(server.url, token)).status).to.equal(200);
    // What a server needs that traces nothing, and much of patience for a machine that is busy.
    expect(await timeToStop(server)).to.be.below(flushMs + 5000);
  });

  it('loads what it needs for it; one that does not trace loads nothing of that', async () => {
    receiver = await OtlpReceiver.start();
    for (const endpoint of [receiver.url, '']) {
      const scripts = await temporaryFolder();
      const server = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, NODE_V8_COVERAGE: scripts });
      await whoAmI(server.url, await signInAt(server.url, await signUpAt(server.url)));
      await server.stop();
      const loaded = await loadedScripts(scripts);
      expect(loaded.some((url) => url.endsWith('/startTracing.js'))).to.equal(true);
      expect(
        loaded.some((url) => tracingCode.test(url)),
        endpoint,
      ).to.equal(endpoint !== '');
    }
  });
});
