import { isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Removes the port, brackets or zone that some proxies add to an address. */
function bare(ip: string): string {
  const [, ipv4, ipv6] = /^(?:([\d.]+):\d+|\[([^\]]*)\](?::\d+)?)$/.exec(ip) ?? [];
  return (ipv4 ?? ipv6 ?? ip).replace(/%.*/, '');
}

/** The four groups of an IPv6 address's /64 network; undefined for other texts. */
function ipv6Groups(text: string): string[] | undefined {
  if (!ipaddr.isValid(text)) return undefined;
  const address = ipaddr.process(text);
  if (address.kind() === 'ipv4') return undefined;
  return (address as ipaddr.IPv6).parts.slice(0, 4).map((part) => part.toString(16));
}

/** The key to count a client by: an IPv4 address, or the /64 network of an IPv6 address; `unknown` for invalid ones. */
export function addressKey(ip: string | undefined): string {
  if (ip !== undefined && isIPv4(ip)) return ip;
  const text = bare(ip ?? '');
  if (!ipaddr.isValid(text)) return 'unknown';
  return ipv6Groups(text)?.join(':') ?? ipaddr.process(text).toString();
}

/** The /48 network of an IPv6 address, usually one site; undefined for other texts. */
export function siteKey(ip: string): string | undefined {
  return ipv6Groups(bare(ip))?.slice(0, 3).join(':');
}
