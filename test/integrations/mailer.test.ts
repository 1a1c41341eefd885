import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { SMTPServer } from 'smtp-server';
import { SmtpMailer } from '../../src/integrations/mailer.js';
import { FaultProxy } from '../support/faultProxy.js';
import { MailServer } from '../support/mailServer.js';

describe('the SMTP client', () => {
  let mails: MailServer;
  before(async () => (mails = await MailServer.start()));
  after(() => mails.close());

  const message = { to: 'ada@example.com', subject: 'Hello', text: 'Text', html: '<p>Text</p>' };

  it('sends both bodies', async () => {
    await new SmtpMailer(mails.url, 'Smart Audit <audit@example.com>').send(message);
    const mail = await mails.next(message.to);
    expect(mail).to.include({ from: 'audit@example.com', subject: 'Hello' });
    expect([mail.text.trim(), mail.html.trim()]).to.deep.equal(['Text', '<p>Text</p>']);
  });

  it('gives a mail that is sent again the same Message-ID', async () => {
    const mailer = new SmtpMailer(mails.url, 'Smart Audit <audit@example.com>');
    for (let tries = 0; tries < 2; tries += 1) {
      await mailer.send({ ...message, id: 'one' });
      expect((await mails.next(message.to)).id).to.equal('<one@example.com>');
    }
  });

  it('gives up a server that falls silent, wherever that is', async () => {
    const proxy = await FaultProxy.before(mails.url);
    const timeouts = { connectionTimeout: 200, greetingTimeout: 200, socketTimeout: 200, dnsTimeout: 200 };
    const mailer = new SmtpMailer(proxy.url, 'audit@example.com', timeouts);
    const refused = async (): Promise<boolean> =>
      mailer.send(message).then(
        () => false,
        () => true,
      );
    proxy.blackHole();
    expect(await refused()).to.equal(true);
    proxy.pass();
    mails.onArrival = () => proxy.silence();
    expect(await refused()).to.equal(true);
    mails.onArrival = () => undefined;
    proxy.close();
    await mails.next(message.to);
  });

  it('sends no password to a server that does not encrypt', async () => {
    const url = mails.url.replace('smtp://', 'smtp://user:secret@');
    const error = await new SmtpMailer(url, 'audit@example.com').send(message).catch((thrown: unknown) => thrown);
    expect(error).to.be.an.instanceOf(Error);
    expect(mails.received).to.deep.equal([]);
  });

  it('says why a mail was refused, and not to whom it was', async () => {
    const refusing = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onRcptTo: ({ address }, _session, done) =>
        done(Object.assign(new Error(`<${address}>: User unknown`), { responseCode: 550 })),
    });
    refusing.listen(0, '127.0.0.1');
    await once(refusing.server, 'listening');
    const { port } = refusing.server.address() as AddressInfo;
    const mailer = new SmtpMailer(`smtp://127.0.0.1:${port}`, 'audit@example.com');
    const error = await mailer.send(message).catch((thrown: unknown) => thrown);
    refusing.close();
    expect(inspect(error)).to.include('(EENVELOPE, 550, RCPT TO)').and.not.to.include('ada');
  });

  it('takes an address for one address, whatever it looks like', async () => {
    const mailer = new SmtpMailer(mails.url, 'audit@example.com');
    for (const to of ['foo,eve@example.com', 'x<eve@example.com>', 'a:eve@example.com;']) {
      await mailer.send({ ...message, to }).catch(() => undefined);
    }
    expect(mails.received.filter((mail) => mail.to === 'eve@example.com')).to.deep.equal([]);
  });
});
