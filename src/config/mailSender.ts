import { asciiDomain } from '../domain/emailAddress.js';
import { isDeliverable } from '../domain/textFormats.js';

/** The sender of mails. */
export interface MailSender {
  /** May be empty. */
  name: string;
  address: string;
}

/** A name and an address in angle brackets, or an address alone. */
const form = /^(?:([^<>\p{Cc}]*)<([^<>]+)>|([^<>]+))$/u;

/** Two lists of parts with dots between them. */
const dotted = String.raw`[^\s.@<>(),;:"[\]\\\p{Cc}\p{Cf}]+(\.[^\s.@<>(),;:"[\]\\\p{Cc}\p{Cf}]+)*`;
const address = new RegExp(`^${dotted}@${dotted}$`, 'u');

/** A name may be quoted as in the header of a mail (RFC 5322, section 3.2.4). */
function unquoted(name: string): string {
  const [, quoted] = /^"(.*)"$/.exec(name) ?? [];
  return quoted === undefined ? name : quoted.replace(/\\(.)/g, '$1');
}

/**
 * Parses `Name <address>` or an address. The name may contain commas and colons: the mail client gets both parts, because in one
 * text it would read them as a list or a group. The domain is in ASCII.
 * @returns undefined for anything else
 */
export function parseMailSender(text: string): MailSender | undefined {
  const [, name = '', inner, bare] = form.exec(text.trim()) ?? [];
  const found = inner ?? bare ?? '';
  if (!address.test(found) || !isDeliverable(found)) return undefined;
  return { name: unquoted(name.trim()), address: withAsciiDomain(found) };
}

/** For mail servers and for the Message-ID. */
function withAsciiDomain(found: string): string {
  const at = found.lastIndexOf('@') + 1;
  const domain = found.slice(at);
  return found.slice(0, at) + (asciiDomain(domain) ?? domain);
}
