import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createSecureContext, TLSSocket } from 'node:tls';
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

  for (const host of ['@%2Fno%2Fsuch%20folder:5432/app', '@/app?host=/no/such%20folder']) {
    it(`names the socket that is not there, and the setting, with ${host}`, async () => {
      const line = await complaint(productionSettings(`postgresql://app:unspoken${host}`));
      expect(line)
        .to.match(/^The database \/no\/such folder:5432\/app does not answer .*ENOENT.*correct DATABASE_URL\.$/)
        .and.not.to.contain('unspoken');
    });
  }

  it('says that the database is read-only', async () => {
    const line = await complaint(
      productionSettings(`${servers.database.url}?options=-c%20default_transaction_read_only%3Don`),
    );
    expect(line).to.match(
      /^The database .* takes no writes \(it is read-only: .*\)\. DATABASE_URL must lead to a server that takes writes\.$/,
    );
  });

  it('names every host that was tried, and what is wrong with it', async () => {
    const { host } = new URL(servers.database.url);
    const several = servers.database.url.replace(host, `127.0.0.1:1,${host}`);
    const line = await complaint(productionSettings(`${several}?options=-c%20default_transaction_read_only%3Don`));
    expect(line).to.match(/^The database 127\.0\.0\.1:1,127\.0\.0\.1:\d+\/test_\w+ takes no writes /);
    expect(line).to.match(/ \(127\.0\.0\.1:1: connect ECONNREFUSED .*; 127\.0\.0\.1:\d+: it is read-only/);
    expect(line).not.to.contain('test_server');
  });

  it('shows no part of a password with a raw @, but how to write it', async () => {
    const settings = productionSettings('postgresql://app:unspoken@et/Pa55@db.example.com:5432/app');
    const { exitCode, output } = await failedStart({ folder: await temporaryFolder(), settings });
    expect(exitCode).to.equal(1);
    expect(output)
      .to.match(/^DATABASE_URL: has more than one @; .*@ is %40$/m)
      .and.not.to.match(/unspoken|Pa55|et\//);
  });

  it('says what a self-signed certificate of the database needs', async () => {
    const folder = await temporaryFolder();
    const { TLS_CERT_FILE: cert, TLS_KEY_FILE: key } = await makeCertificate(folder);
    const database = createServer((socket) => {
      // The request for TLS, and what follows it.
      socket.once('data', () => {
        socket.write('S');
        const secureContext = createSecureContext({
          cert: readFileSync(join(folder, cert)),
          key: readFileSync(join(folder, key)),
        });
        new TLSSocket(socket, { isServer: true, secureContext }).on('error', () => undefined);
      });
    });
    const url = `postgresql://app:unspoken@localhost:${await listen(database)}/app?sslmode=require`;
    const line = await complaint(productionSettings(url)).finally(() => database.close());
    expect(line).to.match(/ does not answer \(self-signed certificate\)\. Add sslrootcert=FILE to DATABASE_URL: /);
  });

  it('names the address that is in use', async () => {
    const occupant = createServer();
    const port = await listen(occupant);
    const line = await complaint({ ...servers.settings, PORT: String(port) }).finally(() => occupant.close());
    expect(line)
      .to.match(/^HOST, PORT: /)
      .and.to.contain(`address already in use 127.0.0.1:${port}`);
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
