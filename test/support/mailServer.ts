import { buffer } from 'node:stream/consumers';
import PostalMime from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { listen } from './listen.js';
import { until } from './until.js';

/** A mail as it arrived. */
export interface ReceivedMail {
  from: string;
  fromName: string;
  to: string;
  subject: string;
  text: string;
  html: string;
  /** The Message-ID. */
  id: string;
  /** Whether it came over TLS. */
  isEncrypted: boolean;
}

/** How long a mail may take to arrive, in milliseconds. */
const patienceMs = 15_000;

/** A real SMTP server that keeps the mails it receives. */
export class MailServer {
  url = '';
  readonly received: ReceivedMail[] = [];
  private readonly server: SMTPServer;
  /** Called when a mail has arrived, before it is acknowledged. */
  onArrival: () => void = () => undefined;
  private refusals = 0;

  private constructor(tls: SMTPServerOptions | undefined) {
    this.server = new SMTPServer({
      authOptional: true,
      ...(tls ?? { disabledCommands: ['STARTTLS'] }),
      onData: (stream, { secure: isEncrypted }, done) => {
        void buffer(stream).then(async (bytes) => {
          if (this.refusals > 0) {
            this.refusals -= 1;
            return done(Object.assign(new Error('Try again later'), { responseCode: 451 }));
          }
          const { from, to, subject = '', text = '', html = '', messageId: id = '' } = await PostalMime.parse(bytes);
          const sender = { from: from?.address ?? '', fromName: from?.name ?? '' };
          this.received.push({ ...sender, to: to?.[0]?.address ?? '', subject, text, html, id, isEncrypted });
          this.onArrival();
          done();
        });
      },
    });
    // A client that disconnects is no failure of the test.
    this.server.on('error', () => undefined);
  }

  /** @param tls a certificate and its key: the server offers STARTTLS, or begins with TLS if `secure` */
  static async start(tls?: Pick<SMTPServerOptions, 'cert' | 'key' | 'secure'>): Promise<MailServer> {
    const mails = new MailServer(tls);
    mails.url = `smtp://127.0.0.1:${await listen(mails.server.server)}`;
    return mails;
  }

  /** Rejects the next mails with 451, as a busy server does. */
  refuse(count: number): void {
    this.refusals = count;
  }

  /** Takes the first mail to an address out of `received`; rejects when none comes in time. */
  async next(to: string): Promise<ReceivedMail> {
    const arrived = async (): Promise<ReceivedMail | undefined> => this.received.find((mail) => mail.to === to);
    const mail = await until(arrived, patienceMs).catch(() => Promise.reject(new Error(`No mail came to ${to}.`)));
    this.received.splice(this.received.indexOf(mail), 1);
    return mail;
  }

  /** The token of the link in the next mail to an address. */
  async nextToken(to: string): Promise<string> {
    const { text } = await this.next(to);
    const token = /#token=([A-Za-z0-9_-]+)$/m.exec(text)?.[1];
    if (!token) throw new Error(`The mail to ${to} has no link:\n${text}`);
    return token;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.server.close(resolve));
  }
}
