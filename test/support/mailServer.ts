import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';

/** A mail as it arrived. */
export interface ReceivedMail {
  from: string;
  to: string;
  subject: string;
  text: string;
  html: string;
  /** Its Message-ID. */
  id: string;
}

/** How long a mail may take to arrive, in milliseconds. */
const patienceMs = 15_000;

/** A real SMTP server that keeps what it gets. */
export class MailServer {
  readonly received: ReceivedMail[] = [];
  private readonly listeners = new Set<() => void>();
  private readonly server: SMTPServer;
  /** Called when a mail is there, and before whoever sent it is told. */
  onArrival: () => void = () => undefined;
  private refusals = 0;

  private constructor() {
    this.server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData: (stream, _session, done) => {
        void buffer(stream).then(async (bytes) => {
          if (this.refusals > 0) {
            this.refusals -= 1;
            return done(Object.assign(new Error('Try again later'), { responseCode: 451 }));
          }
          const { from, to, subject = '', text = '', html = '', messageId: id = '' } = await PostalMime.parse(bytes);
          this.received.push({ from: from?.address ?? '', to: to?.[0]?.address ?? '', subject, text, html, id });
          this.onArrival();
          done();
          for (const listener of this.listeners) listener();
        });
      },
    });
    // A client that is gone without a word.
    this.server.on('error', () => undefined);
  }

  static async start(): Promise<MailServer> {
    const mails = new MailServer();
    mails.server.listen(0, '127.0.0.1');
    await once(mails.server.server, 'listening');
    return mails;
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.server.server.address() as AddressInfo).port}`;
  }

  /** Refuses the next mails, as a busy server does. */
  refuse(count: number): void {
    this.refusals = count;
  }

  /** The next mail to an address, of those that nobody has asked for yet; rejects when none comes. */
  async next(to: string): Promise<ReceivedMail> {
    const index = (): number => this.received.findIndex((mail) => mail.to === to);
    const end = Date.now() + patienceMs;
    while (index() < 0) {
      await new Promise<void>((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`No mail came to ${to}.`)), Math.max(0, end - Date.now()));
        const listener = (): void => {
          clearTimeout(late);
          this.listeners.delete(listener);
          resolve();
        };
        this.listeners.add(listener);
      });
    }
    return this.received.splice(index(), 1)[0]!;
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
