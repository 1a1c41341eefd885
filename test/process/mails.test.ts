import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { makeCertificate } from '../support/certificate.js';
import { connectToDatabase } from '../support/connectToDatabase.js';
import { MailServer } from '../support/mailServer.js';
import { serverFixture } from '../support/serverFixture.js';
import { startServer } from '../support/serverProcess.js';
import { temporaryFolder } from '../support/temporaryFolder.js';
import { asSuperuser } from '../support/testDatabase.js';
import { until } from '../support/until.js';
import { signUpAt } from '../support/visitor.js';

describe('Mails', () => {
  const servers = serverFixture();

  /** Does not wait for the backoff of mails. */
  async function retryNow(isDone: () => boolean): Promise<void> {
    const client = await connectToDatabase(asSuperuser(servers.database.url));
    await until(async () => {
      await client.query("UPDATE pgboss.job SET start_after = now() WHERE state = 'retry'");
      return isDone();
    });
    await client.end();
  }

  it('become files in development, which only their owner can read, and their links are logged', async () => {
    const folder = await temporaryFolder();
    const server = await startServer({ folder, settings: { DATABASE_URL: servers.database.url, BCRYPT_COST: '4' } });
    const { email } = await signUpAt(server.url);
    const [, link] = await server.wrote(/; its link: (http:\/\/localhost:3000\/verify-email#token=[\w-]+)/);
    const outbox = join(folder, '.data', 'outbox');
    const [file, ...others] = await readdir(outbox);
    expect(file).to.match(/\.eml$/);
    expect(others).to.deep.equal([]);
    const modes = await Promise.all([outbox, join(outbox, file!)].map(async (path) => (await stat(path)).mode & 0o777));
    expect(modes).to.deep.equal([0o700, 0o600]);
    const eml = (await readFile(join(outbox, file!), 'utf8')).replaceAll('=\n', '').replaceAll('=3D', '=');
    expect(eml).to.contain(`To: ${email}`).and.contain(link);
  });

  it('reach a relay with a self-signed certificate after the option that the log names has been set', async () => {
    const certificate = await temporaryFolder();
    await makeCertificate(certificate);
    const [cert, key] = await Promise.all(
      ['certificate.pem', 'key.pem'].map((name) => readFile(join(certificate, name))),
    );
    const relay = await MailServer.start({ cert, key });
    const first = await servers.start({ SMTP_URL: relay.url });
    const { email } = await signUpAt(first.url);
    const [, option] = await first.wrote(
      /self-signed certificate\. In SMTP_URL: .* or (tls\.rejectUnauthorized=false) /,
    );
    await first.stop();
    await servers.start({ SMTP_URL: `${relay.url}?${option}` });
    await retryNow(() => relay.received.length > 0);
    expect(await relay.next(email)).to.include({ subject: 'Confirm your email address', isEncrypted: true });
    await relay.close();
  });

  it('are not lost when the server is killed before it sends them', async () => {
    const mails = await MailServer.start();
    mails.refuse(1);
    const first = await servers.start({ SMTP_URL: mails.url });
    const { email } = await signUpAt(first.url);
    const client = await connectToDatabase(asSuperuser(servers.database.url));
    await until(async () => (await client.query(`SELECT 1 FROM pgboss.job WHERE state = 'retry'`)).rowCount === 1);
    await first.stop('SIGKILL');

    await client.end();
    await servers.start({ SMTP_URL: mails.url });
    await retryNow(() => mails.received.length > 0);
    expect((await mails.next(email)).subject).to.equal('Confirm your email address');
    await mails.close();
  });
});
