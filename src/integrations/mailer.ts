import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport, type Transporter } from 'nodemailer';
import type { MailSender } from '../config/mailSender.js';
import { parseServerUrl } from '../config/serverUrl.js';
import type { Logger } from '../observability/logger.js';
import type { Message } from './mailRenderer.js';

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

interface SmtpError extends Error {
  code?: string;
  response?: string;
  responseCode?: number;
  command?: string;
}

/** Omits the server's text after the handshake, where it may contain the address or quote the mail. */
function withoutAddress(error: SmtpError): Error {
  const { code, command = '', response, responseCode, message } = error;
  const isOfConnection = command === 'CONN' && (response === undefined || message.startsWith('Invalid greeting.'));
  if (isOfConnection || ['EHLO', 'HELO', 'STARTTLS'].includes(command)) return error;
  const what = [code, responseCode, command].filter(Boolean).join(', ');
  return new Error(`The mail server refused a mail (${what}).`);
}

export class SmtpMailer implements Mailer {
  private readonly transport: Transporter;

  /**
   * @param url smtp:// or smtps://, with user and password if the server requires them
   * @param timeouts in milliseconds
   */
  constructor(
    url: string,
    private readonly from: MailSender,
    timeouts = defaultTimeouts,
  ) {
    const { scheme, host, port, user, password = '' } = parseServerUrl(url);
    const secure = scheme === 'smtps';
    this.transport = createTransport({
      host,
      port: port ?? (secure ? 465 : 587),
      secure,
      // Never sends a password in clear text, even if an attacker strips STARTTLS.
      requireTLS: !secure && user !== undefined,
      ...(user && { auth: { user, pass: password } }),
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
      throw withoutAddress(error as SmtpError);
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
