import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Transporter } from 'nodemailer';
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

class MailRefusedError extends Error {
  /** Omits the server's text, which may contain the address or quote the mail. */
  constructor({ code, responseCode, command }: SmtpError) {
    const what = [code, responseCode, command].filter((part) => part !== undefined).join(', ');
    super(`The mail server refused a mail (${what}).`);
  }
}

/** The fields that nodemailer adds to an error. */
interface SmtpError extends Error {
  code?: string;
  response?: string;
  responseCode?: number;
  command?: string;
}

/** Keeps the server's text only if it was sent before the mail, when it cannot contain the address. */
function withoutAddress(error: SmtpError): Error {
  const { command = '', response, message } = error;
  const isOfConnection = command === 'CONN' && (response === undefined || message.startsWith('Invalid greeting.'));
  const isBeforeMail = isOfConnection || ['EHLO', 'HELO', 'STARTTLS'].includes(command);
  return isBeforeMail ? error : new MailRefusedError(error);
}

/** Loads nodemailer with the first mail, which saves memory where none is sent. */
async function makeTransport(options: object): Promise<Transporter> {
  const { createTransport } = await import('nodemailer');
  return createTransport(options);
}

/** Sends mails by SMTP. */
export class SmtpMailer implements Mailer {
  private transport: Promise<Transporter> | undefined;

  /**
   * @param url smtp:// or smtps://, with user and password if the server requires them
   * @param timeouts in milliseconds
   */
  constructor(
    private readonly url: string,
    private readonly from: string,
    private readonly timeouts = defaultTimeouts,
  ) {}

  async send({ id, ...message }: Message): Promise<void> {
    const { from } = this;
    const messageId = id && `<${id}@${/@([^\s@>]+)>?$/.exec(from)?.[1] ?? 'localhost'}>`;
    const transport = await (this.transport ??= this.connect());
    await transport.sendMail({ from, ...message, messageId, to: exactly(message.to) }).catch((error: unknown) => {
      throw withoutAddress(error as SmtpError);
    });
  }

  private async connect(): Promise<Transporter> {
    const { protocol, hostname, port, username, password } = new URL(this.url);
    const secure = protocol === 'smtps:';
    return makeTransport({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port) || (secure ? 465 : 587),
      secure,
      // Never sends a password in clear text, even if an attacker strips STARTTLS.
      requireTLS: !secure && username !== '',
      ...(username && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
      ...this.timeouts,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }
}

/** Writes mails to files, for development. */
export class OutboxMailer implements Mailer {
  private transport: Promise<Transporter> | undefined;

  /** @param folder for the `.eml` files */
  constructor(
    private readonly folder: string,
    private readonly from: string,
    private readonly logger: Pick<Logger, 'info'>,
  ) {}

  async send(message: Message): Promise<void> {
    this.transport ??= makeTransport({ streamTransport: true, buffer: true, newline: 'unix' });
    const transport = await this.transport;
    const mail = { from: this.from, ...message, to: exactly(message.to) };
    const { message: eml } = (await transport.sendMail(mail)) as { message: Buffer };
    const file = join(this.folder, `${new Date().toISOString().replaceAll(':', '-')}-${randomUUID().slice(0, 8)}.eml`);
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await writeFile(file, eml, { mode: 0o600 });
    const [link] = /^https?:\/\/\S+$/m.exec(message.text) ?? [];
    this.logger.info(`Mail "${message.subject}" in ${file}${link ? `; its link: ${link}` : ''}`);
  }
}
