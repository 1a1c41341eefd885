import ipaddr from 'ipaddr.js';
import { canonicalAddress } from './canonicalAddress.js';

/** The four groups of an IPv6 address's /64 network; undefined for other canonical addresses. */
function ipv6Groups(address: string): string[] | undefined {
  if (!address.includes(':')) return undefined;
  return ipaddr.IPv6.parse(address)
    .parts.slice(0, 4)
    .map((part) => part.toString(16));
}

/** The key to count a client by: an IPv4 address, or the /64 network of an IPv6 address; `unknown` for invalid ones. */
export function addressKey(ip: string | undefined): string {
  const address = canonicalAddress(ip);
  return ipv6Groups(address)?.join(':') ?? address;
}

/** The /48 network of an IPv6 address, usually one site; undefined for other texts. */
export function siteKey(ip: string): string | undefined {
  return ipv6Groups(canonicalAddress(ip))?.slice(0, 3).join(':');
}
