import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { parseServerUrl, type ServerUrl } from './serverUrl.js';
import { readTextFile } from './textFile.js';

/** How to connect to a mail server, by Nodemailer's names. */
export interface SmtpConnection {
  host: string;
  port: number;
  secure: boolean;
  requireTLS: boolean;
  ignoreTLS: boolean | undefined;
  opportunisticTLS: boolean | undefined;
  name: string | undefined;
  auth: { user: string; pass: string } | undefined;
  tls: Record<string, unknown>;
}

function flag(text: string): boolean {
  if (text !== 'true' && text !== 'false') throw new TypeError('must be true or false');
  return text === 'true';
}

function word(text: string): string {
  if (!text.trim()) throw new TypeError('must not be empty');
  return text;
}

/** @throws Error for a text without a certificate, which TLS connections of Node.js ignore */
function assertCertificate(pem: string): X509Certificate {
  return new X509Certificate(pem);
}

function certificates(text: string): string {
  try {
    const pem = text.startsWith('-----BEGIN') ? text : readTextFile(text);
    assertCertificate(pem);
    return pem;
  } catch (error) {
    throw new TypeError(`must be a PEM file of certificates (${(error as Error).message})`, { cause: error });
  }
}

const optionReaders = {
  secure: flag,
  requireTLS: flag,
  ignoreTLS: flag,
  opportunisticTLS: flag,
  name: word,
  'tls.rejectUnauthorized': flag,
  'tls.servername': word,
  'tls.ca': certificates,
  'tls.minVersion': word,
  'tls.maxVersion': word,
  'tls.ciphers': word,
};

type OptionName = keyof typeof optionReaders;

type Options = { [Name in OptionName]?: ReturnType<(typeof optionReaders)[Name]> };

function isKnown(name: string): name is OptionName {
  return Object.hasOwn(optionReaders, name);
}

function readOptions(query: URLSearchParams): Options {
  const options: Record<string, string | boolean> = {};
  for (const [name, text] of query) {
    if (!isKnown(name)) {
      // What follows a raw ? of a password is a name without a value.
      const shown = /^[\w.]+$/.test(name) && text !== '' ? `the unknown option ${name}` : 'an unknown option';
      throw new TypeError(`has ${shown}; the options are ${Object.keys(optionReaders).join(', ')}`);
    }
    if (name in options) throw new TypeError(`has the option ${name} twice`);
    try {
      options[name] = optionReaders[name](text);
    } catch (error) {
      throw new TypeError(`has the option ${name}, which ${(error as Error).message}`, { cause: error });
    }
  }
  return options;
}

function isSecure({ scheme }: ServerUrl, { secure }: Options): boolean {
  if (scheme === 'smtps' && secure === false)
    throw new TypeError('has secure=false, but smtps:// is TLS from the start');
  return secure ?? scheme === 'smtps';
}

/** A password travels over encrypted connections only, even if an attacker strips STARTTLS. */
function assertPasswordIsEncrypted({ requireTLS, ignoreTLS, opportunisticTLS }: Options): void {
  if (requireTLS === false || ignoreTLS || opportunisticTLS) {
    const names = 'requireTLS=false, ignoreTLS and opportunisticTLS';
    throw new TypeError(`would send its password unencrypted; ${names} are for mail servers without a password`);
  }
}

function credentialsOf({ user, password }: ServerUrl): SmtpConnection['auth'] {
  if (user !== undefined) return { user, pass: password ?? '' };
  if (password !== undefined) throw new TypeError('has a password without a user');
  return undefined;
}

function tlsOptions(options: Options): Record<string, unknown> {
  const entries = Object.entries(options).filter(([name]) => name.startsWith('tls.'));
  const tls = Object.fromEntries(entries.map(([name, value]) => [name.slice('tls.'.length), value]));
  try {
    createSecureContext(tls);
  } catch (error) {
    throw new TypeError(`has TLS options that cannot be used (${(error as Error).message})`, { cause: error });
  }
  return tls;
}

/**
 * Parses SMTP_URL, with options as Nodemailer names them: `smtp://mail?tls.rejectUnauthorized=false`.
 * @throws TypeError whose message does not contain user or password
 */
export function parseSmtpUrl(text: string): SmtpConnection {
  const server = parseServerUrl(text);
  const { host, port } = server;
  const auth = credentialsOf(server);
  const options = readOptions(server.query);
  const secure = isSecure(server, options);
  const mustUpgrade = auth !== undefined && !secure;
  if (mustUpgrade) assertPasswordIsEncrypted(options);
  const { requireTLS = mustUpgrade, ignoreTLS, opportunisticTLS, name } = options;
  return {
    ...{ host, port: port ?? (secure ? 465 : 587), secure },
    ...{ requireTLS, ignoreTLS, opportunisticTLS, name },
    auth,
    tls: tlsOptions(options),
  };
}
