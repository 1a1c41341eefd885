import { expect } from 'chai';
import { OtlpReceiver } from '../support/otlpReceiver.js';
import { serverFixture } from '../support/serverFixture.js';
import type { ServerProcess } from '../support/serverProcess.js';
import { until } from '../support/until.js';
import { signInAt, signUpAt, whoAmI } from '../support/visitor.js';

/** How long a tracing server may take to stop, on a busy machine; in milliseconds. */
const stopMs = 7000;

describe('A server that traces', () => {
  const servers = serverFixture();
  let receiver: OtlpReceiver;
  let server: ServerProcess;
  let token: string;

  async function start(endpoint: string, settings: Record<string, string> = {}): Promise<void> {
    server = await servers.start({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...settings });
    token = await signInAt(server.url, await signUpAt(server.url));
  }

  async function expectStop(): Promise<void> {
    const startedAt = performance.now();
    expect(await server.stop()).to.equal(0);
    expect(performance.now() - startedAt).to.be.below(stopMs);
  }

  it('sends the remaining spans when it stops, each worker its own', async () => {
    receiver = await OtlpReceiver.start();
    await start(`${receiver.url}/`, { WORKERS: '2' });
    await whoAmI(server.url, token);
    await expectStop();
    const requests = receiver.spans.filter(({ kind }) => kind === 2);
    const names = ['POST /auth/signup', 'POST /auth/login', 'GET /api/v1/users/me'];
    expect(requests.map(({ name }) => name)).to.have.members(names);
    expect(new Set(requests.map(({ resource }) => resource['smart_audit.worker']))).to.deep.equal(new Set([1, 2]));
    await receiver.close();
  });

  it('works without its receiver, logs that once, and stops', async () => {
    receiver = await OtlpReceiver.start();
    const { url } = receiver;
    await receiver.close();
    // More than one batch, so that more than one fails.
    const settings = { OTEL_BSP_SCHEDULE_DELAY: '10', OTEL_EXPORTER_OTLP_TIMEOUT: '200' };
    await start(url, settings);
    await server.wrote(/"Could not send traces"/);
    expect((await whoAmI(server.url, token)).status).to.equal(200);
    await expectStop();
    expect(server.lines('Could not send traces').map(({ level }) => level)).to.deep.equal(['warning']);
    expect(server.output()).not.to.match(/"level":"(error|critical)"/);
  });

  it('works while its receiver never answers, and stops', async () => {
    receiver = await OtlpReceiver.start({ hangs: true });
    await start(receiver.url, { OTEL_BSP_SCHEDULE_DELAY: '10' });
    await until(async () => receiver.requests > 0);
    expect((await whoAmI(server.url, token)).status).to.equal(200);
    await expectStop();
    await receiver.close();
  });
});
