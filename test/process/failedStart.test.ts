import { readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { makeCertificate } from '../support/certificate.js';
import { onDatabase } from '../support/connectToDatabase.js';
import { listen } from '../support/listen.js';
import { serverFixture } from '../support/serverFixture.js';
import { failedStart, productionSettings } from '../support/serverProcess.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

/** The one line in which a server in production reports why it does not start. */
async function complaint(settings: Record<string, string>, folder?: string): Promise<string> {
  const { exitCode, output } = await failedStart({ folder: folder ?? (await temporaryFolder()), settings });
  expect(exitCode, output).to.equal(1);
  const lines = output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { level: string; msg: string });
  const [line, ...others] = lines.filter(({ level }) => level === 'critical');
  expect(others, output).to.have.length(0);
  expect(lines.at(-1)?.msg, output).to.equal('Stopped');
  return line!.msg;
}

describe('A start that cannot succeed', () => {
  const servers = serverFixture();

  function urlWith(changes: { password?: string; port?: string }): string {
    return Object.assign(new URL(servers.database.url), changes).href;
  }

  it('names the database that does not answer, without its password', async () => {
    const line = await complaint(productionSettings(urlWith({ port: '1', password: 'unspoken' })));
    expect(line)
      .to.match(/^The database 127\.0\.0\.1:1\/test_\w+ does not answer .*ECONNREFUSED.*DATABASE_URL/)
      .and.not.to.contain('unspoken');
  });

  it('names the database that stops answering', async () => {
    const line = await onDatabase(servers.database.ownerUrl, async (locker) => {
      await locker.query('BEGIN; LOCK TABLE "SequelizeMeta"');
      return complaint(servers.settings);
    });
    expect(line).to.match(/^The database .* does not answer \(Query read timeout\)\..*DATABASE_URL\.$/);
  });

  it('reports it in a readable line in development', async () => {
    const settings = { DATABASE_URL: urlWith({ port: '1', password: 'unspoken' }) };
    const { exitCode, output } = await failedStart({ folder: await temporaryFolder(), settings });
    expect(exitCode).to.equal(1);
    const [line, ...others] = output.trimEnd().split('\n');
    expect(line).to.match(
      /^\[[\d:]+\] CRITICAL: The database 127\.0\.0\.1:1\/test_\w+ does not answer .*DATABASE_URL\.$/,
    );
    expect(others.join()).to.match(/^\[[\d:]+\] INFO: Stopped$/);
    expect(output).not.to.contain('unspoken');
  });

  it('says that the database refuses the password', async () => {
    const line = await complaint(productionSettings(urlWith({ password: 'unspoken' })));
    expect(line)
      .to.match(/^The database .*password authentication failed/)
      .and.not.to.contain('unspoken');
  });

  it('names the address that is in use', async () => {
    const occupant = createServer();
    const port = await listen(occupant);
    const line = await complaint({ ...servers.settings, PORT: String(port) }).finally(() => occupant.close());
    expect(line)
      .to.match(/^HOST, PORT: /)
      .and.to.contain(`address already in use 127.0.0.1:${port}`);
  });

  it('names a port that is in use before it starts a database', async () => {
    const occupant = createServer();
    const port = String(await listen(occupant));
    for (const [name, settings] of [
      ['HOST, PORT', { PORT: port }],
      ['METRICS_PORT', { METRICS_PORT: port }],
    ] as const) {
      const folder = await temporaryFolder();
      const { exitCode, output } = await failedStart({ folder, settings });
      expect(exitCode, output).to.equal(1);
      expect(output).to.contain(`CRITICAL: ${name}: cannot listen (`);
      expect(await readdir(folder)).to.deep.equal([]);
    }
    occupant.close();
  });

  it('names the setting of a data folder that cannot be created', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'file'), '', { mode: 0o755 });
    const { exitCode, output } = await failedStart({ folder, settings: { DATA_FOLDER: 'file/data' } });
    expect(exitCode).to.equal(1);
    expect(output).to.match(/CRITICAL: DATA_FOLDER: cannot be created \(ENOTDIR: [^\n]*\n[^\n]* INFO: Stopped\n$/);
  });

  for (const [what, setting, file, content] of [
    ['a missing certificate', 'TLS_CERT_FILE', 'certificate.pem', undefined],
    ['an invalid certificate', 'TLS_CERT_FILE', 'certificate.pem', 'not a certificate'],
    ['an invalid key', 'TLS_KEY_FILE', 'key.pem', 'not a key'],
  ] as const) {
    it(`names the setting and the file of ${what}`, async () => {
      const folder = await temporaryFolder();
      const tls = await makeCertificate(folder);
      await rm(join(folder, file));
      if (content) await writeFile(join(folder, file), content);
      const line = await complaint({ ...servers.settings, ...tls }, folder);
      expect(line).to.match(new RegExp(`^${setting}: ${file} cannot be used \\(`));
    });
  }
});
