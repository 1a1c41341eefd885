import { domainToASCII, domainToUnicode } from 'node:url';

/** Characters that have a meaning in a URL, where domainToASCII expects its host, or that no domain has. */
const noDomain = /[^a-z0-9.\u0080-\u{10ffff}-]/iu;

/** Labels as in RFC 1123, section 2.1. */
const asciiLabels = /^(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*$/;

/** An IPv4 address: no top-level domain is a number. */
const endsInNumber = /(^|\.)\d+$/;

/**
 * The domain in lower case and in ASCII (IDNA: RFC 5891 and Unicode Technical Standard 46, nontransitional), such as
 * `xn--bcher-kva.example` for `bücher.example`. Undefined if no mail server can have it. Takes long for a long text.
 */
export function asciiDomain(domain: string): string | undefined {
  if (noDomain.test(domain)) return undefined;
  const ascii = domainToASCII(folded(domain));
  return asciiLabels.test(ascii) && !endsInNumber.test(ascii) && isEncoded(ascii) ? ascii : undefined;
}

/** Whether each label `xn--...` is the ASCII form of something. Newer versions of Node.js leave others as they are. */
function isEncoded(ascii: string): boolean {
  const unicode = domainToUnicode(ascii);
  return !/(^|\.)xn--/.test(unicode) && domainToASCII(unicode) === ascii;
}

/**
 * Normalises an email address: trimmed, lower case, the part before the @ in NFC, and the domain in ASCII. Addresses of
 * earlier versions may have a domain without an ASCII form, which is kept in NFC. The database refuses any other form.
 */
export function normalizeEmail(address: string): string {
  return convert(address, (domain) => asciiDomain(domain) ?? folded(domain));
}

/** Normalises the beginning of an address like the address, label by label: the last one may be cut off. */
export function normalizeEmailPrefix(prefix: string): string {
  return convert(prefix, (domain) =>
    domain
      .split('.')
      .map((label) => asciiDomain(label) ?? folded(label))
      .join('.'),
  );
}

/** A normalised address as people write it, with the domain in Unicode. */
export function readableEmail(email: string): string {
  return convert(email, (domain) => domainToUnicode(domain) || domain);
}

function convert(text: string, convertDomain: (domain: string) => string): string {
  const address = text.trim();
  const at = address.lastIndexOf('@');
  return at < 0 ? folded(address) : `${folded(address.slice(0, at))}@${convertDomain(address.slice(at + 1))}`;
}

function folded(text: string): string {
  return text.toLowerCase().normalize('NFC');
}
