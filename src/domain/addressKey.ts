import { isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Some proxies write a port after an address, brackets around one of IPv6, or a zone within these. */
function bare(ip: string): string {
  const [, ipv4, ipv6] = /^(?:([\d.]+):\d+|\[([^\]]*)\](?::\d+)?)$/.exec(ip) ?? [];
  return (ipv4 ?? ipv6 ?? ip).replace(/%.*/, '');
}

/** The four groups of the /64 network of an IPv6 address; undefined for any other text. */
function ipv6Groups(text: string): string[] | undefined {
  if (!ipaddr.isValid(text)) return undefined;
  const address = ipaddr.process(text);
  if (address.kind() === 'ipv4') return undefined;
  return (address as ipaddr.IPv6).parts.slice(0, 4).map((part) => part.toString(16));
}

/**
 * Who is counted: an IPv4 address, or the /64 network of an IPv6 address, which is what one customer gets. All whose address
 * cannot be read are one: `unknown`.
 */
export function addressKey(ip: string | undefined): string {
  if (ip !== undefined && isIPv4(ip)) return ip;
  const text = bare(ip ?? '');
  if (!ipaddr.isValid(text)) return 'unknown';
  return ipv6Groups(text)?.join(':') ?? ipaddr.process(text).toString();
}

/** The /48 network of an IPv6 address, which is what one site gets; undefined for IPv4 and for what cannot be read. */
export function siteKey(ip: string): string | undefined {
  return ipv6Groups(bare(ip))?.slice(0, 3).join(':');
}
