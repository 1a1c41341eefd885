import { isIP, isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';

/** An IPv4 address with a port, or an address in brackets, as some proxies write them. */
const decorated = /^(?:([\d.]+):\d+|\[([^\]]*)\](?::\d+)?)$/;

/**
 * The one form in which a network address is compared, stored and logged: without port, brackets and zone; IPv6 as in RFC 5952;
 * IPv4 also where it was mapped to IPv6. At most 39 characters.
 * @param text from a socket or from X-Forwarded-For
 * @returns `unknown` for anything else
 */
export function canonicalAddress(text: string | undefined): string {
  if (text === undefined) return 'unknown';
  if (isIPv4(text)) return text;
  const [, ipv4, bracketed] = decorated.exec(text) ?? [];
  const address = (ipv4 ?? bracketed ?? text).replace(/%.*/s, '');
  // ipaddr.js alone takes 1 for 0.0.0.1.
  return isIP(address) > 0 && ipaddr.isValid(address) ? ipaddr.process(address).toString() : 'unknown';
}
