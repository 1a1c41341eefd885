import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { SMTPServer } from 'smtp-server';
import { SmtpMailer } from '../../src/integrations/mailer.js';
import { makeCertificate } from '../support/certificate.js';
import { FaultProxy } from '../support/faultProxy.js';
import { listen } from '../support/listen.js';
import { MailServer } from '../support/mailServer.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporaryFolder.js';

const sender = { name: 'Acme: Support, "Berlin"', address: 'audit@example.com' };
const message = { to: 'ada@example.com', subject: 'Hello', text: 'Text', html: '<p>Text</p>' };

/** The error of a failed mail. */
function failure(url: string): Promise<unknown> {
  return new SmtpMailer(url, sender).send(message).catch((thrown: unknown) => thrown);
}

/**
 * Sends a mail to a server without TLS.
 * @param answers replaces the usual answers by command, or the greeting; at the command
 * `breaksOffAt` it closes the connection before its answer has ended
 * @param credentials of the client
 * @param options of SMTP_URL
 */
async function sendTo(
  answers: Record<string, string>,
  credentials = '',
  options = '',
): Promise<{ heard: string; error: unknown }> {
  const usual = { greeting: '220 mail', EHLO: '250-mail\r\n250 AUTH PLAIN LOGIN', AUTH: '235 Welcome', MAIL: '250 OK' };
  const all: Record<string, string> = { ...usual, RCPT: '250 OK', DATA: '354 Go on', '.': '250 OK', ...answers };
  let heard = '';
  const server = createServer((socket) => {
    socket.write(`${all['greeting']}\r\n`);
    let isContent = false;
    createInterface(socket.on('error', () => undefined)).on('line', (line) => {
      heard += `${line}\n`;
      const command = line.split(' ')[0]!;
      if (isContent && command !== '.') return;
      isContent = command === 'DATA';
      const answer = all[command] ?? '502 Not known';
      if (command === all['breaksOffAt']) socket.end(answer);
      else socket.write(`${answer}\r\n`);
    });
  });
  const error = await failure(`smtp://${credentials}127.0.0.1:${await listen(server)}${options}`);
  server.close();
  return { heard, error };
}

describe('the SMTP client', () => {
  let mails: MailServer;
  /** Of localhost, self-signed. */
  let certificate: { cert: Buffer; key: Buffer };
  let certificateFile: string;
  before(async () => {
    mails = await MailServer.start();
    const folder = await temporaryFolder();
    await makeCertificate(folder);
    certificateFile = join(folder, 'certificate.pem');
    certificate = { cert: await readFile(certificateFile), key: await readFile(join(folder, 'key.pem')) };
  });
  after(() => mails.close());
  after(removeTemporaryFolders);

  it('sends text and HTML', async () => {
    await new SmtpMailer(mails.url, sender).send(message);
    const mail = await mails.next(message.to);
    expect(mail).to.include({ from: sender.address, fromName: sender.name, subject: 'Hello' });
    expect([mail.text.trim(), mail.html.trim()]).to.deep.equal(['Text', '<p>Text</p>']);
  });

  it('uses the same Message-ID for a retry', async () => {
    const mailer = new SmtpMailer(mails.url, sender);
    for (let tries = 0; tries < 2; tries += 1) {
      await mailer.send({ ...message, id: 'one' });
      expect((await mails.next(message.to)).id).to.equal('<one@example.com>');
    }
  });

  it('times out when the server falls silent at any point', async () => {
    const proxy = await FaultProxy.before(mails.url);
    const timeouts = { connectionTimeout: 200, greetingTimeout: 200, socketTimeout: 200, dnsTimeout: 200 };
    const mailer = new SmtpMailer(proxy.url, sender, timeouts);
    const send = (): Promise<unknown> => mailer.send(message).catch((error: unknown) => error);
    proxy.blackHole();
    expect(await send()).to.be.an('error');
    proxy.pass();
    mails.onArrival = () => proxy.silence();
    expect(await send()).to.be.an('error');
    mails.onArrival = () => undefined;
    proxy.close();
    await mails.next(message.to);
  });

  it('sends no password over an unencrypted connection, and says why', async () => {
    const cases: [answers: Record<string, string>, reason: string][] = [
      // As after an attacker in between removes STARTTLS.
      [{}, 'with STARTTLS: 502 Not known'],
      [{ EHLO: '250-mail\r\n250-STARTTLS\r\n250 AUTH', STARTTLS: '454 Not now' }, 'with STARTTLS: 454 Not now'],
      [{ EHLO: '502 Only HELO', HELO: '250 mail' }, '502 Only HELO'],
    ];
    for (const [answers, reason] of cases) {
      const { heard, error } = await sendTo(answers, 'user:secret@');
      expect(heard)
        .to.match(/^EHLO /)
        .and.not.match(/AUTH|MAIL/);
      expect(inspect(error)).to.contain(reason);
    }
  });

  it('sends no password to a server without a valid certificate', async () => {
    const signIns: unknown[] = [];
    const impostor = new SMTPServer({
      ...certificate,
      onAuth: ({ password }, _session, done) => done(null, { user: signIns.push(password) }),
    });
    impostor.on('error', () => undefined);
    const error = await failure(`smtp://user:secret@127.0.0.1:${await listen(impostor.server)}`);
    impostor.close();
    expect(signIns).to.deep.equal([]);
    expect(inspect(error)).to.contain('self-signed certificate');
  });

  describe('with a relay whose certificate is self-signed', () => {
    let relay: MailServer;
    before(async () => (relay = await MailServer.start(certificate)));
    after(() => relay.close());

    it('sends nothing without an option, and names the remedy', async () => {
      for (const url of [relay.url, `${relay.url}?requireTLS=true`]) {
        const error = await failure(url);
        expect((error as Error).message).to.match(
          /self-signed certificate.*SMTP_URL.*tls\.ca=.*tls\.rejectUnauthorized=false/,
        );
      }
      expect(relay.received).to.deep.equal([]);
    });

    it('names the remedy for a certificate of another name', async () => {
      const error = await failure(`${relay.url}?tls.ca=${encodeURIComponent(certificateFile)}`);
      expect((error as Error).message).to.match(/altnames.*SMTP_URL.*tls\.servername=/);
      expect(relay.received).to.deep.equal([]);
    });

    it('sends over TLS if an option of SMTP_URL trusts the certificate', async () => {
      const pem = encodeURIComponent(certificate.cert.toString());
      for (const options of [
        'tls.rejectUnauthorized=false',
        'requireTLS=true&tls.rejectUnauthorized=false',
        `tls.servername=localhost&tls.ca=${encodeURIComponent(certificateFile)}`,
        `tls.servername=localhost&tls.ca=${pem}`,
      ]) {
        await new SmtpMailer(`${relay.url}/?${options}`, sender).send(message);
        expect((await relay.next(message.to)).isEncrypted, options).to.equal(true);
      }
    });

    it('sends without TLS if ignoreTLS says so', async () => {
      await new SmtpMailer(`${relay.url}?ignoreTLS=true`, sender).send(message);
      expect((await relay.next(message.to)).isEncrypted).to.equal(false);
    });
  });

  it('begins with TLS for smtps:// and for secure=true, and says when the port does not', async () => {
    const relay = await MailServer.start({ ...certificate, secure: true });
    for (const url of [relay.url.replace('smtp:', 'smtps:'), relay.url]) {
      await new SmtpMailer(`${url}?secure=true&tls.rejectUnauthorized=false`, sender).send(message);
      expect((await relay.next(message.to)).isEncrypted).to.equal(true);
    }
    await relay.close();
    const error = await failure(mails.url.replace('smtp:', 'smtps:'));
    expect((error as Error).message).to.match(/In SMTP_URL: .*use smtp:\/\/ instead of smtps:\/\//);
  });

  it('requires STARTTLS of a relay without a password if requireTLS says so', async () => {
    const { heard, error } = await sendTo({}, '', '?requireTLS=true');
    expect(heard).not.to.match(/MAIL/);
    expect(inspect(error)).to.contain('with STARTTLS');
  });

  it('introduces itself with the name of SMTP_URL', async () => {
    const { heard } = await sendTo({}, '', '?name=api.example.com');
    expect(heard).to.match(/^EHLO api\.example\.com$/m);
  });

  it("reports the server's response but not the recipient's address", async () => {
    const words = '<ada@example.com>: too many';
    const cases: [answers: Record<string, string>, reason: string][] = [
      [{ greeting: '421 4.7.0 Too many connections' }, '421 4.7.0 Too many connections'],
      [{ EHLO: '421 4.3.2 Going down' }, '421 4.3.2 Going down'],
      [{ RCPT: `550 ${words}` }, '(EENVELOPE, 550, RCPT TO)'],
      [{ RCPT: `421 ${words}` }, '(EENVELOPE, 421, RCPT TO)'],
      [{ RCPT: `421 ${words}`, breaksOffAt: 'RCPT' }, '(ECONNECTION, 421, CONN)'],
    ];
    for (const [answers, reason] of cases) {
      const { error } = await sendTo(answers);
      expect(inspect(error)).to.contain(reason).and.not.contain('ada@');
    }
  });

  it('never splits an address into several', async () => {
    const mailer = new SmtpMailer(mails.url, sender);
    for (const to of ['foo,eve@example.com', 'x<eve@example.com>', 'a:eve@example.com;']) {
      await mailer.send({ ...message, to }).catch(() => undefined);
    }
    expect(mails.received.filter((mail) => mail.to === 'eve@example.com')).to.deep.equal([]);
  });
});
