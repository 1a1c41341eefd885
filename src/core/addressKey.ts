import { isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Who is counted: an IPv4 address, or the /64 network of an IPv6 address, which is what one customer gets. */
export function addressKey(ip: string | undefined): string {
  if (ip !== undefined && isIPv4(ip)) return ip;
  if (!ip || !ipaddr.isValid(ip)) return 'unknown';
  const address = ipaddr.process(ip);
  if (address.kind() === 'ipv4') return address.toString();
  return (address as ipaddr.IPv6).parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':');
}
