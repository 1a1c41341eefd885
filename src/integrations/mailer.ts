import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport, type Transporter } from 'nodemailer';
import type { MailSender } from '../config/mailSender.js';
import { parseSmtpUrl } from '../config/smtpUrl.js';
import type { Logger } from '../observability/logger.js';
import type { Message } from './mailRenderer.js';
import { mailServerError } from './mailServerError.js';

export interface Mailer {
  /** Rejects if the mail could not be handed over. The caller retries. */
  send(message: Message): Promise<void>;
}

/** Timeouts in milliseconds. */
const defaultTimeouts = {
  connectionTimeout: 10_000,
  greetingTimeout: 10_000,
  socketTimeout: 30_000,
  dnsTimeout: 10_000,
};

/** As an object: nodemailer parses a string as a list, in which one address could hide another. */
function exactly(address: string): { name: string; address: string } {
  return { name: '', address };
}

export class SmtpMailer implements Mailer {
  private readonly transport: Transporter;

  /**
   * @param url smtp:// or smtps://, with user and password if the server requires them, and with options
   * @param timeouts in milliseconds
   */
  constructor(
    url: string,
    private readonly from: MailSender,
    timeouts = defaultTimeouts,
  ) {
    this.transport = createTransport({
      ...parseSmtpUrl(url),
      ...timeouts,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  async send({ id, ...message }: Message): Promise<void> {
    const { from } = this;
    const messageId = id && `<${id}@${from.address.split('@')[1]}>`;
    const mail = { from, ...message, messageId, to: exactly(message.to) };
    await this.transport.sendMail(mail).catch((error: unknown) => {
      throw mailServerError(error as Error);
    });
  }
}

/** Writes mails to files, for development. */
export class OutboxMailer implements Mailer {
  private readonly transport = createTransport({ streamTransport: true, buffer: true, newline: 'unix' });

  /** @param folder for the `.eml` files */
  constructor(
    private readonly folder: string,
    private readonly from: MailSender,
    private readonly logger: Pick<Logger, 'info'>,
  ) {}

  async send(message: Message): Promise<void> {
    const mail = { from: this.from, ...message, to: exactly(message.to) };
    const { message: eml } = (await this.transport.sendMail(mail)) as { message: Buffer };
    const file = join(this.folder, `${new Date().toISOString().replaceAll(':', '-')}-${randomUUID().slice(0, 8)}.eml`);
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await writeFile(file, eml, { mode: 0o600 });
    const [link] = /^https?:\/\/\S+$/m.exec(message.text) ?? [];
    this.logger.info(`Mail "${message.subject}" in ${file}${link ? `; its link: ${link}` : ''}`);
  }
}
