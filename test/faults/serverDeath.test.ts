import { join } from 'node:path';
import { expect } from 'chai';
import { EmbeddedPostgres } from '../../src/db/embedded/embeddedPostgres.js';
import { lostTraces } from '../support/lostTraces.js';
import { MailServer } from '../support/mailServer.js';
import { postgresProcesses } from '../support/postgresProcesses.js';
import { tidyUp } from '../support/serverFixture.js';
import { startServer, type ServerProcess } from '../support/serverProcess.js';
import { temporaryFolder } from '../support/temporaryFolder.js';
import { until } from '../support/until.js';
import { VisitorLoad } from '../support/visitorLoad.js';

const patienceMs = 10_000;

describe('A server that is killed together with its embedded database', () => {
  afterEach(tidyUp);

  it('has lost nothing that it answered as done when it starts again, and goes on', async () => {
    const folder = await temporaryFolder();
    const mails = await MailServer.start();
    const settings = { SMTP_URL: mails.url, BCRYPT_COST: '4', HASH_THREADS: '1', RATE_LIMIT_FACTOR: '0' };
    const start = (port: string): Promise<ServerProcess> =>
      startServer({ folder, settings: { ...settings, PORT: port } });
    const first = await start('0');
    const load = new VisitorLoad(first.url, patienceMs, true);
    let diedAt = 0;
    try {
      await until(async () => load.hasAllSucceededSince(0));
      const exited = first.stop('SIGKILL');
      for (const processId of await postgresProcesses(folder)) process.kill(processId, 'SIGKILL');
      await exited;
      diedAt = Date.now();
      await start(new URL(first.url).port);
      await until(async () => load.hasAllSucceededSince(diedAt));
    } finally {
      await load.stop();
    }

    const cluster = await EmbeddedPostgres.start(join(folder, '.data'));
    const lost = await lostTraces(load.traces, cluster.url, mails, 'known');
    await cluster.stop();
    expect(load.failures).to.deep.equal([]);
    expect(lost).to.deep.equal([]);
    await mails.close();
  });
});
